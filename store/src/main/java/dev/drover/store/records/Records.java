package dev.drover.store.records;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.drover.core.Barrier;
import dev.drover.core.Certificate;
import dev.drover.core.ControllerId;
import dev.drover.core.Crc32c;
import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Records as JSON, in an envelope with a CRC32C of the record's bytes:
/// `{"crc32c":"e3069283","record":{…}}`.
///
/// A record that does not check or misses a part is reported as corrupt by name, and never read as
/// absent (docs/design.md, R6, I9). What a newer version has added is kept when the record is
/// written again; one that this version may not read is refused by name (docs/decisions/0091).
public final class Records {
  private static final byte[] HEAD = "{\"crc32c\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MIDDLE = "\",\"record\":".getBytes(StandardCharsets.US_ASCII);
  private static final int CRC_DIGITS = 8;

  /// The newest format of records that this version reads and writes: a reader of an older one
  /// would go wrong if it ignored what is new. What may be ignored, and is kept, is no new format.
  public static final int FORMAT = 2;

  private static final Map<Class<?>, Function<Fields, Object>> READERS =
      Map.of(
          Partition.class, RecordReader::partition,
          Certificate.class, RecordReader::certificate,
          GivenReceipt.class, RecordReader::receipt,
          GatewayRecord.class, RecordReader::gateway);

  private static final int BODY = HEAD.length + CRC_DIGITS + MIDDLE.length;
  private static final JsonMapper MAPPER = mapper();
  private static final JsonMapper TOLERANT =
      MAPPER.rebuild().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  private static final JsonMapper SHOWN =
      MAPPER.rebuild().addModule(PartitionIdJson.shown()).build();
  private static final JsonFactory STREAMS = new JsonFactory();
  private static final HexFormat HEX = HexFormat.of();

  private Records() {}

  /// The mapper that knows Drover's records, as they are stored.
  public static JsonMapper json() {
    return MAPPER;
  }

  /// The same for people and scripts, who see partitions by their full names.
  public static JsonMapper shown() {
    return SHOWN;
  }

  /// A record in its envelope.
  public static byte[] encode(Object record) {
    byte[] body = body(record);
    byte[] bytes = new byte[BODY + body.length + 1];
    System.arraycopy(HEAD, 0, bytes, 0, HEAD.length);
    byte[] crc = HEX.toHexDigits(Crc32c.of(body), CRC_DIGITS).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(crc, 0, bytes, HEAD.length, CRC_DIGITS);
    System.arraycopy(MIDDLE, 0, bytes, HEAD.length + CRC_DIGITS, MIDDLE.length);
    System.arraycopy(body, 0, bytes, BODY, body.length);
    bytes[bytes.length - 1] = '}';
    return bytes;
  }

  /// A record in the place of an older state of it, with what a newer version has added to that.
  ///
  /// @param before the older state, in its envelope, as [#decode] has taken it
  public static byte[] encodeOver(byte[] before, Object record) {
    JsonNode old = MAPPER.readTree(before, BODY, before.length - 1 - BODY);
    ObjectNode next = MAPPER.valueToTree(record);
    Set<String> known =
        Stream.of(record.getClass().getRecordComponents())
            .map(RecordComponent::getName)
            .collect(Collectors.toSet());
    old.forEachEntry(
        (name, value) -> {
          if (!known.contains(name)) {
            next.set(name, value);
          }
        });
    return encode(next);
  }

  /// Takes a record out of its envelope.
  ///
  /// @param key where it was found, for the message
  /// @throws StoreException.Corrupt if it does not check
  public static <T> T decode(String key, byte[] bytes, Class<T> type)
      throws StoreException.Corrupt {
    int end = bytes.length - 1;
    if (end < BODY
        || bytes[end] != '}'
        || !has(bytes, 0, HEAD)
        || !has(bytes, HEAD.length + CRC_DIGITS, MIDDLE)) {
      throw corrupt(key, "it is not in the envelope that Drover writes", null);
    }
    String stored = new String(bytes, HEAD.length, CRC_DIGITS, StandardCharsets.US_ASCII);
    String computed = HEX.toHexDigits(Crc32c.of(bytes, BODY, end), CRC_DIGITS);
    if (!stored.equals(computed)) {
      throw corrupt(key, "its CRC32C is " + computed + " but it says " + stored, null);
    }
    try {
      return type.cast(read(bytes, end - BODY, type));
    } catch (Fields.TooNewException e) {
      throw new StoreException.Corrupt(
          "record '%s' was written by a newer version of Drover: %s, and this version reads formats up to %d. It is left as it is, and nothing is decided on it here. Upgrade this process to the version that the others have"
              .formatted(key, e.getMessage(), FORMAT),
          e);
    } catch (JacksonException e) {
      throw unknown(key, type, e.getOriginalMessage(), e);
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
      throw unknown(key, type, e.getMessage(), e);
    }
  }

  private static byte[] body(Object record) {
    return switch (record) {
      case Partition partition -> streamed(out -> out.partition(partition));
      case Certificate certificate -> streamed(out -> out.certificate(certificate));
      case GivenReceipt receipt -> streamed(out -> out.receipt(receipt));
      case GatewayRecord gateway -> streamed(out -> out.gateway(gateway));
      default -> MAPPER.writeValueAsBytes(record);
    };
  }

  private static byte[] streamed(Consumer<RecordWriter> write) {
    var bytes = new ByteArrayOutputStream(2_048);
    try (JsonGenerator out = STREAMS.createGenerator(ObjectWriteContext.empty(), bytes)) {
      write.accept(new RecordWriter(out));
    }
    return bytes.toByteArray();
  }

  private static Object read(byte[] bytes, int length, Class<?> type) {
    Function<Fields, Object> read = READERS.get(type);
    if (read == null) {
      return readWithOptionals(bytes, length, type);
    }
    try (JsonParser in = STREAMS.createParser(ObjectReadContext.empty(), bytes, BODY, length)) {
      Fields fields = Fields.read(in, "it");
      Object record = read.apply(fields);
      fields.end();
      return record;
    }
  }

  /// What may be absent is an `Optional` in the record.
  private static Object readWithOptionals(byte[] bytes, int length, Class<?> type) {
    List<String> optional =
        type.isRecord()
            ? Stream.of(type.getRecordComponents())
                .filter(part -> part.getType().equals(Optional.class))
                .map(RecordComponent::getName)
                .toList()
            : List.of();
    if (optional.isEmpty()) {
      return TOLERANT.readValue(bytes, BODY, length, type);
    }
    JsonNode tree = MAPPER.readTree(bytes, BODY, length);
    if (tree instanceof ObjectNode record) {
      optional.stream().filter(name -> !record.has(name)).forEach(record::putNull);
    }
    return TOLERANT.treeToValue(tree, type);
  }

  private static StoreException.Corrupt unknown(
      String key, Class<?> type, @Nullable String why, Exception cause) {
    return corrupt(
        key,
        "it checks, but is not a " + type.getSimpleName() + " that this version knows: " + why,
        cause);
  }

  private static StoreException.Corrupt corrupt(String key, String why, @Nullable Throwable cause) {
    return new StoreException.Corrupt(
        "record '"
            + key
            + "' is corrupt: "
            + why
            + ". Nothing is decided on it until it is mended or restored",
        cause);
  }

  private static boolean has(byte[] bytes, int at, byte[] part) {
    return Arrays.equals(bytes, at, at + part.length, part, 0, part.length);
  }

  private static JsonMapper mapper() {
    return JsonMapper.builder()
        .addModule(PartitionIdJson.stored())
        .withConfigOverride(
            Optional.class,
            optional ->
                optional.setInclude(
                    JsonInclude.Value.construct(
                        JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT)))
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .addMixIn(HomeId.class, AsText.class)
        .addMixIn(GatewayId.class, AsText.class)
        .addMixIn(ControllerId.class, AsText.class)
        .addMixIn(MoveId.class, AsText.class)
        .addMixIn(Engine.class, EngineAsText.class)
        .addMixIn(Hlc.class, StampAsText.class)
        .addMixIn(Ownership.class, OwnershipByState.class)
        .addMixIn(Barrier.class, BarrierByKind.class)
        .build();
  }

  /// A name is written as text.
  private record AsText(@JsonValue String value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    private AsText {}
  }

  private record EngineAsText(@JsonValue String name) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    private EngineAsText {}
  }

  /// A stamp is written as text, `millis.counter`.
  private abstract static class StampAsText {
    @JsonValue
    @Override
    public abstract String toString();

    @JsonCreator
    static Hlc parse(String text) {
      return Hlc.parse(text);
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Ownership.Active.class, name = "Active"),
    @JsonSubTypes.Type(value = Ownership.Draining.class, name = "Draining"),
    @JsonSubTypes.Type(value = Ownership.Cutover.class, name = "Cutover"),
    @JsonSubTypes.Type(value = Ownership.Opening.class, name = "Opening")
  })
  private interface OwnershipByState {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Barrier.Receipts.class, name = "receipts"),
    @JsonSubTypes.Type(value = Barrier.Timed.class, name = "timed")
  })
  private interface BarrierByKind {}
}
