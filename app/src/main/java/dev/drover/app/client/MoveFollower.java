package dev.drover.app.client;

import java.util.function.Consumer;
import java.util.function.Predicate;

/// Follows one move to its end, by asking for it again and again.
public final class MoveFollower {
  private static final long ASK_MILLIS = 150;

  /// For so long a move may be nowhere, between the queue and its driver or between that and
  /// history, and a server may be away while it restarts.
  private static final int GONE_MAX = 200;

  private final ApiClient client;
  private final String move;

  public MoveFollower(ApiClient client, String move) {
    this.client = client;
    this.move = move;
  }

  /// Waits for the end.
  ///
  /// @param seen is given each state on the way
  /// @return what history says of it
  public Json follow(Consumer<Json> seen) throws ApiException, InterruptedException {
    return follow(seen, _ -> false);
  }

  /// Waits for the end, or for a state that is enough.
  ///
  /// @return what history says of it, or that state
  public Json follow(Consumer<Json> seen, Predicate<Json> enough)
      throws ApiException, InterruptedException {
    int gone = 0;
    while (true) {
      try {
        Json state = client.json("/v1/moves/" + ApiClient.encoded(move));
        gone = 0;
        if (state.has("outcome") || enough.test(state)) {
          return state;
        }
        seen.accept(state);
      } catch (ApiException e) {
        if (!(e.absent() || e.unreachable()) || ++gone > GONE_MAX) {
          throw e;
        }
      }
      Thread.sleep(ASK_MILLIS);
    }
  }
}
