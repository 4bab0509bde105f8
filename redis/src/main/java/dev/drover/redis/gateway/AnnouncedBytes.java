package dev.drover.redis.gateway;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The large arguments that the clients of one event loop are sending to one home. A home makes
/// room for all of an argument when it is told its length, so their lengths are bounded; and a
/// client that announces much and sends nothing does not keep the room. Owned by one event loop.
final class AnnouncedBytes {
  /// All that may be announced at once; one that is larger goes when nothing else does.
  static final long BYTES_MAX = 64L << 20;

  /// How long a client may send nothing, and how long while others wait.
  private static final long STILL_NANOS_MAX = 10_000_000_000L;

  private static final long STILL_WAITED_FOR_NANOS_MAX = 1_000_000_000L;

  /// How long an argument may take while others wait, and how much longer for each byte: 1 MB/s.
  private static final long WAITED_FOR_NANOS_MAX = 5_000_000_000L;

  private static final long NANOS_A_BYTE = 1_000;

  private final RedisGateway gateway;
  private final Map<RequestStream, Sending> now = new LinkedHashMap<>();
  private final Set<Client> waiting = new LinkedHashSet<>();
  private long bytes;

  AnnouncedBytes(RedisGateway gateway) {
    this.gateway = gateway;
  }

  private static final class Sending {
    private final Client client;
    private final long bytes;
    private final long sinceNanos;
    private long cameNanos;

    private Sending(Client client, long bytes, long nowNanos) {
      this.client = client;
      this.bytes = bytes;
      this.sinceNanos = nowNanos;
      this.cameNanos = nowNanos;
    }
  }

  /// @return whether an argument of this length may be announced; if not, the client is told when
  ///   it may
  boolean take(RequestStream stream, long length, Client client) {
    if (!now.isEmpty() && bytes + length > BYTES_MAX) {
      waiting.add(client);
      return false;
    }
    now.put(stream, new Sending(client, length, gateway.nanos()));
    bytes += length;
    return true;
  }

  /// More of it has come.
  void came(RequestStream stream) {
    Sending sending = now.get(stream);
    if (sending != null) {
      sending.cameNanos = gateway.nanos();
    }
  }

  /// The argument has come as a whole, or will not.
  void over(RequestStream stream) {
    Sending sending = now.remove(stream);
    if (sending != null) {
      bytes -= sending.bytes;
      goOn();
    }
  }

  private void goOn() {
    List<Client> all = new ArrayList<>(waiting);
    waiting.clear();
    all.forEach(client -> client.lane().eventLoop().execute(client::resume));
  }

  /// Ends what does not come.
  void tick(long nowNanos) {
    for (Sending each : List.copyOf(now.values())) {
      long still = nowNanos - each.cameNanos;
      long lasts = nowNanos - each.sinceNanos;
      if (still > STILL_NANOS_MAX) {
        each.client.large().tooSlow("nothing of this request has come for 10 s");
      } else if (!waiting.isEmpty() && still > STILL_WAITED_FOR_NANOS_MAX) {
        each.client
            .large()
            .tooSlow("nothing of this request has come for 1 s, and others wait for its room");
      } else if (!waiting.isEmpty() && lasts > WAITED_FOR_NANOS_MAX + each.bytes * NANOS_A_BYTE) {
        each.client
            .large()
            .tooSlow("this request comes at less than 1 MB a second, and others wait for its room");
      }
    }
  }
}
