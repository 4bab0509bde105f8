package dev.drover.control;

import dev.drover.core.Clocks;
import dev.drover.core.MoveId;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Preflight once more when a move's turn has come: it may have waited in the queue for hours, and
/// what it was promised then may not be so any more. It looks at homes, which may hang, so it is
/// done beside the controller's rounds.
final class Rechecks {
  private static final Logger LOG = LoggerFactory.getLogger(Rechecks.class);

  /// What was looked at so recently still holds.
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

  /// A look that could not be made, such as while the store is away, is made again after so long.
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Clocks clocks;
  private final Look look;
  private final Runnable changed;
  private final Map<MoveId, Seen> seen = new ConcurrentHashMap<>();

  /// Looks at a move.
  interface Look {
    /// @throws ControlException with kind PREFLIGHT if something speaks against it
    void at(MoveRequest request) throws ControlException;
  }

  /// What came of the last look at one move.
  private record Seen(State state, String reason, long atNanos) {
    private enum State {
      LOOKING,
      PASSED,
      REFUSED,
      FAILED
    }
  }

  /// What is known of a move whose turn has come.
  sealed interface Result {
    record Passed() implements Result {}

    record Refused(String reason) implements Result {}

    /// It is being looked at; `changed` tells when that has ended.
    record Pending() implements Result {}
  }

  /// @param changed told when a look has ended; must not block
  Rechecks(Clocks clocks, Look look, Runnable changed) {
    this.clocks = clocks;
    this.look = look;
    this.changed = changed;
  }

  /// A move has just been looked at, and nothing spoke against it.
  void passed(MoveId id) {
    note(id, Seen.State.PASSED, "");
  }

  Result of(MoveRequest request) {
    Seen last = seen.get(request.id());
    long ageNanos = last == null ? Long.MAX_VALUE : clocks.nanos() - last.atNanos();
    if (last != null && last.state() == Seen.State.LOOKING) {
      return new Result.Pending();
    }
    if (last != null && last.state() == Seen.State.FAILED && ageNanos < RETRY_NANOS) {
      return new Result.Pending();
    }
    if (last != null && ageNanos < FRESH_NANOS) {
      if (last.state() == Seen.State.PASSED) {
        return new Result.Passed();
      }
      if (last.state() == Seen.State.REFUSED) {
        return new Result.Refused(last.reason());
      }
    }
    note(request.id(), Seen.State.LOOKING, "");
    Thread.ofVirtual().name("preflight of " + request.id()).start(() -> look(request));
    return new Result.Pending();
  }

  /// Why a move's turn has come and it does not begin; empty if nothing is known to be wrong.
  String problem(MoveId id) {
    Seen last = seen.get(id);
    return last == null ? "" : last.reason();
  }

  /// Forgets all moves but these, and those that have just been looked at: they come into the queue
  /// after that.
  void keep(Collection<MoveId> waiting) {
    seen.entrySet()
        .removeIf(
            each ->
                !waiting.contains(each.getKey())
                    && clocks.nanos() - each.getValue().atNanos() > FRESH_NANOS);
  }

  private void look(MoveRequest request) {
    try {
      look.at(request);
      note(request.id(), Seen.State.PASSED, "");
    } catch (ControlException e) {
      boolean tryAgain = e.kind() == ControlException.Kind.UNAVAILABLE;
      note(
          request.id(),
          tryAgain ? Seen.State.FAILED : Seen.State.REFUSED,
          String.valueOf(e.getMessage()));
      if (tryAgain) {
        LOG.info("the move of '{}' waits: {}", request.partition(), e.getMessage());
      }
    } catch (RuntimeException e) {
      LOG.error("a defect in the preflight of {}", request.id(), e);
      note(request.id(), Seen.State.REFUSED, "a defect in preflight; the server's log says more");
    }
    changed.run();
  }

  private void note(MoveId id, Seen.State state, String reason) {
    seen.put(id, new Seen(state, reason, clocks.nanos()));
  }
}
