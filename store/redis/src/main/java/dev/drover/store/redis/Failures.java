package dev.drover.store.redis;

import dev.drover.store.StoreException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What has become of a call that failed, as the seam's exceptions.
///
/// | the server said | it comes to |
/// |---|---|
/// | `DROVERLOST` (the script) | Corrupt: acknowledged writes are gone |
/// | `DROVERNOLEASE`, `DROVERBIG`, no memory, no permission, no login | Refused |
/// | it is loading, busy, a replica, cannot write to its disk, does not have the script | Unavailable: nothing was done |
/// | anything else, or nothing | OutcomeUnknown if it was a write that was sent, else Unavailable |
final class Failures {
  /// Said before a script changes anything; a script that has changed something is never refused.
  private static final List<String> NOTHING_DONE =
      List.of("NOSCRIPT", "LOADING", "BUSY", "READONLY", "MASTERDOWN", "MISCONF", "NOREPLICAS");

  private static final List<String> REFUSALS =
      List.of(
          "DROVERNOLEASE", "DROVERBIG", "OOM command not allowed", "NOAUTH", "WRONGPASS", "NOPERM");

  private Failures() {}

  static StoreException connecting(RedisException failure, RedisURI uri) {
    String at = "Redis at " + uri.getHost() + ":" + uri.getPort() + ": ";
    for (@Nullable Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof RedisCommandExecutionException said && isAny(REFUSALS, said)) {
        return new StoreException.Refused(at + said.getMessage(), failure);
      }
    }
    return new StoreException.Unavailable(at + deepest(failure), failure);
  }

  /// @param write whether it would matter if it had been done
  static StoreException of(@Nullable Throwable failure, boolean write) {
    String text = failure == null ? "no answer in time" : deepest(failure);
    if (failure instanceof RedisCommandExecutionException said) {
      if (text.contains("DROVERLOST")) {
        return new StoreException.Corrupt(
            "the Redis that holds the store has lost data: "
                + text.substring(text.indexOf("DROVERLOST") + "DROVERLOST ".length()),
            failure);
      }
      if (isAny(REFUSALS, said)) {
        return new StoreException.Refused("Redis: " + text, failure);
      }
      if (isAny(NOTHING_DONE, said)) {
        return new StoreException.Unavailable("Redis: " + text, failure);
      }
    }
    return write
        ? new StoreException.OutcomeUnknown("Redis: " + text, failure)
        : new StoreException.Unavailable("Redis: " + text, failure);
  }

  private static boolean isAny(List<String> words, RedisCommandExecutionException said) {
    String text = String.valueOf(said.getMessage());
    return words.stream().anyMatch(text::contains);
  }

  private static String deepest(Throwable failure) {
    Throwable at = failure;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return String.valueOf(
        at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage());
  }
}
