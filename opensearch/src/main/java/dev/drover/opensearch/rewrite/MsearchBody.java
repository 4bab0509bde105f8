package dev.drover.opensearch.rewrite;

import static dev.drover.opensearch.rewrite.Rules.DATA;
import static dev.drover.opensearch.rewrite.Rules.SCALAR;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/// The body of several searches: for each a line with its header, and a line with its body.
public final class MsearchBody {
  /// How many searches one request may have.
  public static final int SEARCHES_MAX = 1_000;

  private static final byte[] EMPTY = {'{', '}'};

  private static final ObjectRule HEADER =
      ObjectRule.of("header")
          .with(MsearchBody::preference, "preference")
          .with(SCALAR, "search_type", "searchType", "request_cache", "requestCache")
          .with(SCALAR, "ccs_minimize_roundtrips", "ccsMinimizeRoundtrips")
          .with(SCALAR, "allow_partial_search_results", "cancel_after_time_interval", "phase_took")
          .with(SCALAR, "ignore_unavailable", "ignoreUnavailable", "ignore_throttled")
          .with(SCALAR, "ignoreThrottled", "allow_no_indices", "allowNoIndices")
          .with(DATA, "expand_wildcards", "expandWildcards")
          .with(
              Rules.sharedRefused("the routing keeps tenants apart. Leave it out", SCALAR),
              "routing");

  private MsearchBody() {}

  /// The body for the cluster. Each header has its index, so the cluster's path needs none.
  public static byte[] of(byte[] body, RequestView view, PitIds pits) throws Refused {
    List<byte[]> lines = lines(body);
    if (lines.size() % 2 != 0 || lines.isEmpty()) {
      throw Refused.argument(
          "the body has %d lines: each search has two, its header and its body"
              .formatted(lines.size()));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 256 * lines.size());
    for (int i = 0; i < lines.size(); i += 2) {
      Header header = new Header(view);
      byte[] given = lines.get(i).length == 0 ? EMPTY : lines.get(i);
      byte[] head = Walk.over(given, view, header);
      RequestView own =
          new RequestView(view.documents(), Optional.ofNullable(header.index), view.switches());
      SearchBody search = SearchBody.of(lines.get(i + 1), own, Optional.empty(), pits);
      if (search.pit() == (header.index != null)) {
        throw Refused.argument(
            search.pit()
                ? "a search of a point in time cannot name an index"
                : "search %d names no index, and the path has none".formatted(i / 2));
      }
      out.writeBytes(head);
      out.write('\n');
      out.writeBytes(search.body());
      out.write('\n');
    }
    return out.toByteArray();
  }

  /// @throws Refused if the last line does not end, as OpenSearch wants it
  private static List<byte[]> lines(byte[] body) throws Refused {
    List<byte[]> lines = new ArrayList<>();
    int from = 0;
    while (from < body.length) {
      int to = from;
      while (to < body.length && body[to] != '\n') {
        to++;
      }
      if (to == body.length) {
        throw Refused.argument("The msearch request must be terminated by a newline [\n]");
      }
      if (lines.size() == 2 * SEARCHES_MAX) {
        throw Refused.argument("the request has more than " + SEARCHES_MAX + " searches");
      }
      int end = to > from && body[to - 1] == '\r' ? to - 1 : to;
      lines.add(Arrays.copyOfRange(body, from, end));
      from = to + 1;
    }
    return lines;
  }

  private static void preference(Walk walk) throws Refused {
    SCALAR.walk(walk);
    UrlRule.Value.PREFERENCE.check("preference", walk.text(), walk.view().documents().locator());
  }

  private static final class Header implements Rule {
    private @Nullable String index;

    private Header(RequestView view) {
      index = view.index().orElse(null);
    }

    @Override
    public void walk(Walk walk) throws Refused {
      walk.require(JsonToken.START_OBJECT, "an object for a header");
      walk.to().writeStartObject();
      while (walk.next() != JsonToken.END_OBJECT) {
        String name = walk.name();
        walk.next();
        if (name.equals("index") || name.equals("indices")) {
          index(walk);
        } else {
          HEADER.member(walk, name);
        }
      }
      if (index != null) {
        walk.to().writeStringProperty("index", walk.view().physical(index));
        // All of the tenant's documents are on one shard then.
        walk.writeRouting();
      }
      walk.to().writeEndObject();
    }

    private void index(Walk walk) throws Refused {
      if (walk.token() == JsonToken.START_ARRAY) {
        walk.next();
        index = walk.string();
        if (walk.next() != JsonToken.END_ARRAY) {
          throw walk.wrong("a search names one index");
        }
      } else {
        index = walk.string();
      }
    }
  }
}
