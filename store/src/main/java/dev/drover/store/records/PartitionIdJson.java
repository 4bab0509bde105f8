package dev.drover.store.records;

import dev.drover.core.Engine;
import dev.drover.core.PartitionId;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;

/// Partitions' names as JSON.
///
/// In the store `{"engine":…,"name":…}`, or the name alone for a partition of [Engine#FIRST], as
/// versions wrote it that knew no other engine. Towards people and scripts always `ENGINE/NAME`.
final class PartitionIdJson {
  private PartitionIdJson() {}

  static JacksonModule stored() {
    return new SimpleModule("stored names")
        .addSerializer(PartitionId.class, new Stored())
        .addDeserializer(PartitionId.class, new FromStored());
  }

  static JacksonModule shown() {
    return new SimpleModule("shown names").addSerializer(PartitionId.class, new Shown());
  }

  private static final class Stored extends ValueSerializer<PartitionId> {
    @Override
    public void serialize(PartitionId id, JsonGenerator out, SerializationContext context) {
      if (id.engine().equals(Engine.FIRST)) {
        out.writeString(id.name());
        return;
      }
      out.writeStartObject();
      out.writeStringProperty("engine", id.engine().name());
      out.writeStringProperty("name", id.name());
      out.writeEndObject();
    }
  }

  private static final class FromStored extends ValueDeserializer<PartitionId> {
    @Override
    public PartitionId deserialize(JsonParser in, DeserializationContext context) {
      if (in.currentToken() == JsonToken.VALUE_STRING) {
        return new PartitionId(Engine.FIRST, in.getString());
      }
      Named named = context.readValue(in, Named.class);
      return new PartitionId(new Engine(named.engine()), named.name());
    }
  }

  private record Named(String engine, String name) {}

  private static final class Shown extends ValueSerializer<PartitionId> {
    @Override
    public void serialize(PartitionId id, JsonGenerator out, SerializationContext context) {
      out.writeString(id.toString());
    }
  }
}
