package dev.drover.opensearch.rewrite;

import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads which tenant a document names in a field of its own.
public final class TenantField {
  private static final List<String> OF_UPDATES = List.of("doc", "upsert");

  private TenantField() {}

  /// @param document a document's source
  /// @param name of a field of the document itself, not of an object in it
  /// @return empty if it has no such field
  /// @throws Refused if it is no JSON object, or the field no text
  public static Optional<String> of(byte[] document, String name) throws Refused {
    try (JsonParser in = Json.parser(document)) {
      begin(in);
      return text(in, name);
    } catch (JacksonException e) {
      throw noObject(e);
    }
  }

  /// The same of an update: the field of its `doc`, or of its `upsert`.
  ///
  /// @throws Refused also if the two name different tenants
  public static Optional<String> ofUpdate(byte[] update, String name) throws Refused {
    Optional<String> found = Optional.empty();
    try (JsonParser in = Json.parser(update)) {
      begin(in);
      for (String key = in.nextName(); key != null; key = in.nextName()) {
        boolean document = in.nextToken() == JsonToken.START_OBJECT && OF_UPDATES.contains(key);
        if (!document) {
          in.skipChildren();
          continue;
        }
        Optional<String> here = text(in, name);
        if (here.isPresent() && found.isPresent() && !here.equals(found)) {
          throw Refused.argument(
              "the field [%s] of an update's 'doc' is not that of its 'upsert'".formatted(name));
        }
        found = here.isPresent() ? here : found;
      }
      return found;
    } catch (JacksonException e) {
      throw noObject(e);
    }
  }

  private static Refused noObject(JacksonException why) {
    return Refused.parsing("a document is no JSON object: " + why.getOriginalMessage());
  }

  private static void begin(JsonParser in) throws Refused {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw Refused.parsing("a document is no JSON object");
    }
  }

  /// Reads an object up to its end.
  private static Optional<String> text(JsonParser in, String name) throws Refused {
    Optional<String> found = Optional.empty();
    for (String key = in.nextName(); key != null; key = in.nextName()) {
      JsonToken value = in.nextToken();
      if (key.startsWith(name + ".")) {
        // The cluster takes `tenant.` for the same field.
        throw Refused.argument(
            "the field [%s] of a document is named a second time".formatted(name));
      }
      if (!key.equals(name)) {
        in.skipChildren();
      } else if (value != JsonToken.VALUE_STRING || in.getString().isEmpty()) {
        throw Refused.argument("the field [%s] of a document is no text".formatted(name));
      } else {
        found = Optional.of(in.getString());
      }
    }
    return found;
  }
}
