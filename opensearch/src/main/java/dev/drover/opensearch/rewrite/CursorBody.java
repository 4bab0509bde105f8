package dev.drover.opensearch.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/// The body of a request about scrolls or points in time that are open.
///
/// @param ids as clients have been given them; `_all` is refused
/// @param keepAlive how long it is kept open from now on
public record CursorBody(List<String> ids, Optional<String> keepAlive) {
  private static final int IDS_MAX = 1_000;

  /// A body of `_search/scroll`, with any method.
  public static CursorBody scroll(byte[] body, RequestView view) throws Refused {
    return of(body, view, new Cursors("scroll_id", "scroll"));
  }

  /// A body of `DELETE /_search/point_in_time`.
  public static CursorBody pits(byte[] body, RequestView view) throws Refused {
    return of(body, view, new Cursors("pit_id", null));
  }

  private static CursorBody of(byte[] body, RequestView view, Cursors rule) throws Refused {
    if (body.length > 0) {
      byte[] _ = Walk.over(body, view, rule);
    }
    return new CursorBody(Collections.unmodifiableList(rule.ids), Optional.ofNullable(rule.kept));
  }

  private static final class Cursors implements Rule {
    private final String key;
    private final @Nullable String keepAlive;
    private final List<String> ids = new ArrayList<>();
    private @Nullable String kept;

    private Cursors(String key, @Nullable String keepAlive) {
      this.key = key;
      this.keepAlive = keepAlive;
    }

    @Override
    public void walk(Walk walk) throws Refused {
      walk.require(JsonToken.START_OBJECT, "an object");
      while (walk.next() != JsonToken.END_OBJECT) {
        String name = walk.name();
        walk.next();
        if (name.equals(key)) {
          ids(walk);
        } else if (name.equals(keepAlive)) {
          kept = walk.string();
        } else {
          throw Refused.argument(
              "Unknown parameter [%s] in request body or parameter is of the wrong type"
                  .formatted(name));
        }
      }
    }

    private void ids(Walk walk) throws Refused {
      if (walk.token() != JsonToken.START_ARRAY) {
        id(walk);
        return;
      }
      while (walk.next() != JsonToken.END_ARRAY) {
        id(walk);
      }
    }

    private void id(Walk walk) throws Refused {
      String id = walk.string();
      if (id.equals("_all")) {
        throw Refused.isolation("[_all] is refused: name the ids that you have opened");
      }
      if (ids.size() == IDS_MAX) {
        throw Refused.argument("the request names more than " + IDS_MAX + " ids");
      }
      ids.add(id);
    }
  }
}
