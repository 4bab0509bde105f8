package dev.drover.opensearch.move;

import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.Json;
import dev.drover.opensearch.wire.OpenSearchHome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/// Reads documents out of a home's answer. Sources are not taken apart: it is noted where they
/// stand.
final class DocReader {
  private final OpenSearchHome home;
  private final byte[] body;

  DocReader(OpenSearchHome home, byte[] body) {
    this.home = home;
    this.body = body;
  }

  /// The hits of a search, in their order.
  ///
  /// @throws HomeFailure if the search did not see all
  List<Doc> hits() throws HomeFailure {
    List<Doc> docs = new ArrayList<>();
    boolean whole = true;
    try (JsonParser parser = Json.FACTORY.createParser(ObjectReadContext.empty(), body)) {
      JsonToken _ = parser.nextToken();
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        JsonToken value = parser.nextToken();
        switch (name) {
          case "timed_out" -> whole &= value == JsonToken.VALUE_FALSE;
          case "hits" -> hits(parser, docs);
          default -> {
            JsonParser _ = parser.skipChildren();
          }
        }
      }
    } catch (JacksonException e) {
      throw odd(e);
    }
    if (!whole) {
      throw HomeFailure.answered(home, 503, "search_timed_out", "a search did not see all");
    }
    return docs;
  }

  private void hits(JsonParser parser, List<Doc> docs) {
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken _ = parser.nextToken();
      if (name.equals("hits")) {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
          doc(parser).ifPresent(docs::add);
        }
      } else {
        JsonParser _ = parser.skipChildren();
      }
    }
  }

  /// The answers to a multi-get, in the order in which was asked; empty for what is not there.
  ///
  /// @throws HomeFailure if one of them is an error
  List<Optional<Doc>> gotten() throws HomeFailure {
    List<Optional<Doc>> docs = new ArrayList<>();
    try (JsonParser parser = Json.FACTORY.createParser(ObjectReadContext.empty(), body)) {
      JsonToken _ = parser.nextToken();
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        JsonToken _ = parser.nextToken();
        if (name.equals("docs")) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            docs.add(doc(parser));
          }
        } else {
          JsonParser _ = parser.skipChildren();
        }
      }
    } catch (JacksonException e) {
      throw odd(e);
    } catch (ItemError e) {
      throw HomeFailure.answered(home, 503, "get_failed", String.valueOf(e.getMessage()));
    }
    return docs;
  }

  /// One of many could not be had.
  private static final class ItemError extends RuntimeException {
    private static final long serialVersionUID = 1;

    ItemError(String message) {
      super(message);
    }
  }

  private Optional<Doc> doc(JsonParser parser) {
    String id = "";
    @Nullable String routing = null;
    long version = -1;
    long seqNo = -1;
    long primaryTerm = -1;
    boolean found = true;
    int from = 0;
    int to = 0;
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken value = parser.nextToken();
      switch (name) {
        case "_id" -> id = parser.getString();
        case "_routing" -> routing = parser.getString();
        case "_version" -> version = parser.getLongValue();
        case "_seq_no" -> seqNo = parser.getLongValue();
        case "_primary_term" -> primaryTerm = parser.getLongValue();
        case "found" -> found = value == JsonToken.VALUE_TRUE;
        case "_source" -> {
          from = (int) parser.currentTokenLocation().getByteOffset();
          JsonParser _ = parser.skipChildren();
          to = (int) parser.currentLocation().getByteOffset();
        }
        case "error" -> throw new ItemError(errorAt(parser));
        default -> {
          JsonParser _ = parser.skipChildren();
        }
      }
    }
    return found
        ? Optional.of(new Doc(id, routing, version, seqNo, primaryTerm, new Slice(body, from, to)))
        : Optional.empty();
  }

  private String errorAt(JsonParser parser) {
    int begin = (int) parser.currentTokenLocation().getByteOffset();
    JsonParser _ = parser.skipChildren();
    int end = (int) parser.currentLocation().getByteOffset();
    return new String(body, begin, end - begin, StandardCharsets.UTF_8);
  }

  private HomeFailure odd(JacksonException e) {
    return HomeFailure.odd(home, "its answer cannot be read: " + e.getOriginalMessage(), e);
  }
}
