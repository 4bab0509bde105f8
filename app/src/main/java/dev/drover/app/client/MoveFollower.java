package dev.drover.app.client;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Follows one move to its end, by asking for it again and again.
public final class MoveFollower {
  private static final long ASK_MILLIS = 150;

  /// So long a call may take, and the connection before it, by default.
  private static final long CALL_MILLIS_MAX = 20_000;

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
    return follow(seen, _ -> false, Duration.ofNanos(Long.MAX_VALUE)).orElseThrow();
  }

  /// Waits for the end, or for a state that is enough, or for so long.
  ///
  /// @return what history says of it, or that state; empty if it goes on after that time
  public Optional<Json> follow(Consumer<Json> seen, Predicate<Json> enough, Duration most)
      throws ApiException, InterruptedException {
    long began = System.nanoTime();
    int gone = 0;
    while (true) {
      long leftMillis = most.minusNanos(System.nanoTime() - began).toMillis();
      if (leftMillis <= 0) {
        return Optional.empty();
      }
      try {
        Json state =
            (leftMillis < CALL_MILLIS_MAX ? client.within(Duration.ofMillis(leftMillis)) : client)
                .json("/v1/moves/" + ApiClient.encoded(move));
        gone = 0;
        if (state.has("outcome") || enough.test(state)) {
          return Optional.of(state);
        }
        seen.accept(state);
      } catch (ApiException e) {
        if (!(e.absent() || e.unreachable()) || ++gone > GONE_MAX) {
          throw e;
        }
      }
      Thread.sleep(Math.min(ASK_MILLIS, leftMillis));
    }
  }
}
