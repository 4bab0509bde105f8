package dev.drover.redis.gateway;

import dev.drover.gateway.net.Loop;
import dev.drover.gateway.net.Waiting;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads of which nobody knows how large their replies are. One such read is on its way at a time;
/// the same reads of other clients wait for what it shows, so that many of them do not ask a home
/// for a huge value at once. What was small the last time is not waited for.
///
/// Two tables without chains, so that a read costs next to nothing: a read whose place is taken by
/// another one is not waited for. Owned by one event loop.
@SuppressWarnings("ReferenceEquality")
final class UnknownSizes {
  private static final int PLACES = 1 << 14;

  private final Loop loop;
  private final long[] small = new long[PLACES];
  private final @Nullable Command[] asked = new Command[PLACES];
  private final Map<Command, Set<Waiting>> waiting = new HashMap<>();

  UnknownSizes(Loop loop) {
    this.loop = loop;
  }

  /// Whether a read may be asked now; if not, its client is told when it may.
  boolean mayAsk(long key, Waiting client) {
    int place = place(key);
    if (small[place] == key) {
      return true;
    }
    Command same = asked[place];
    if (same == null || same.key != key) {
      return true;
    }
    waiting.computeIfAbsent(same, _ -> new LinkedHashSet<>()).add(client);
    return false;
  }

  /// It was asked.
  void asked(Command command) {
    int place = place(command.key);
    if (small[place] != command.key && asked[place] == null) {
      asked[place] = command;
    }
  }

  /// Its reply was small.
  void small(long key) {
    small[place(key)] = key;
  }

  /// How large its reply is is known, or will not be.
  void over(Command command) {
    int place = place(command.key);
    if (asked[place] == command) {
      asked[place] = null;
      Set<Waiting> clients = waiting.isEmpty() ? null : waiting.remove(command);
      if (clients != null) {
        loop.resumeSoon(clients);
      }
    }
  }

  private static int place(long key) {
    return (int) (key ^ (key >>> 32)) & (PLACES - 1);
  }
}
