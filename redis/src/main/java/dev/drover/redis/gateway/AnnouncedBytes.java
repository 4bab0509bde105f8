package dev.drover.redis.gateway;

import dev.drover.gateway.net.Loop;
import dev.drover.gateway.net.Waiting;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The large arguments that the clients of one event loop are sending to one home. A home makes
/// room for all of an argument when it is told its length, so their lengths are bounded; and a
/// client that announces much and sends nothing does not keep the room. Owned by one event loop.
final class AnnouncedBytes {
  private static final Logger LOG = LoggerFactory.getLogger(AnnouncedBytes.class);

  /// All that may be announced at once; one that is larger goes when nothing else does.
  private static final long BYTES_MAX = 64L << 20;

  /// How long a client may send nothing, and how long while others wait.
  private static final long STILL_NANOS_MAX = 10_000_000_000L;

  private static final long STILL_WAITED_FOR_NANOS_MAX = 1_000_000_000L;

  /// How far an argument may lag behind 1 MB/s, while others wait or if it is very large.
  private static final long LAG_NANOS_MAX = 5_000_000_000L;

  private static final long NANOS_A_BYTE = 1_000;
  private static final long VERY_LARGE_BYTES = 16L << 20;

  private final Loop loop;
  private final Map<Object, Sending> now = new LinkedHashMap<>();
  private final Set<Waiting> waiting = new LinkedHashSet<>();
  private long bytes;

  AnnouncedBytes(Loop loop) {
    this.loop = loop;
  }

  /// The client whose argument it is.
  interface Sender extends Waiting {
    /// The rest of its request does not come, and the home keeps room for it.
    void tooSlow(String why);

    String address();
  }

  private static final class Sending {
    private final Sender client;
    private final long bytes;
    private final long sinceNanos;
    private long cameNanos;
    private long cameBytes;

    private Sending(Sender client, long bytes, long nowNanos) {
      this.client = client;
      this.bytes = bytes;
      this.sinceNanos = nowNanos;
      this.cameNanos = nowNanos;
    }
  }

  /// @return whether an argument of this length may be announced; if not, the client is told when
  ///   it may
  boolean take(Object stream, long length, Sender client) {
    if (!now.isEmpty() && bytes + length > BYTES_MAX) {
      waiting.add(client);
      return false;
    }
    now.put(stream, new Sending(client, length, loop.nanos()));
    bytes += length;
    return true;
  }

  /// More of it has come.
  void came(Object stream, int more) {
    Sending sending = now.get(stream);
    if (sending != null) {
      sending.cameBytes += more;
      sending.cameNanos = loop.nanos();
    }
  }

  /// The argument has come as a whole, or will not.
  void over(Object stream) {
    Sending sending = now.remove(stream);
    if (sending != null) {
      bytes -= sending.bytes;
      loop.resumeSoon(waiting);
      waiting.clear();
    }
  }

  /// Ends what does not come.
  void tick(long nowNanos) {
    for (Sending each : List.copyOf(now.values())) {
      long still = nowNanos - each.cameNanos;
      long lag = nowNanos - each.sinceNanos - each.cameBytes * NANOS_A_BYTE;
      if (still > STILL_NANOS_MAX) {
        end(each, "nothing of this request has come for 10 s");
      } else if (!waiting.isEmpty() && still > STILL_WAITED_FOR_NANOS_MAX) {
        end(each, "nothing of this request has come for 1 s, and others wait for its room");
      } else if (lag > LAG_NANOS_MAX && (!waiting.isEmpty() || each.bytes > VERY_LARGE_BYTES)) {
        end(each, "this request comes at less than 1 MB a second, and the home keeps room for it");
      }
    }
  }

  private static void end(Sending sending, String why) {
    LOG.warn(
        "client {} is disconnected in the middle of an argument of {} bytes: {}",
        sending.client.address(),
        sending.bytes,
        why);
    sending.client.tooSlow(why);
  }
}
