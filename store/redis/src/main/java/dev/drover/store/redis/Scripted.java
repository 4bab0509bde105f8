package dev.drover.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.StoreException;
import dev.drover.store.WatchListener.Event;
import io.lettuce.core.RedisCommandExecutionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The script: its arguments, its answers, and what is known of the store from all answers so far.
final class Scripted {
  private static final String VALUE_FIELDS = "kolv";

  private final RedisStoreOptions options;
  private final byte[][] keys;
  private final AtomicLong seen = new AtomicLong();
  private volatile String generation = "";
  private volatile StoreException.@Nullable Corrupt lost;

  /// @param more what the operation answers besides
  record Answer(long revision, List<Object> more) {
    long number(int index) {
      Object found = more.get(index);
      return found instanceof Long number ? number : Long.parseLong(text(found));
    }

    Optional<Entry> entry(int index, String key) {
      return more.size() <= index || more.get(index) == null
          ? Optional.empty()
          : Optional.of(unpacked(key, (byte[]) more.get(index)));
    }

    List<?> list(int index) {
      return (List<?>) more.get(index);
    }
  }

  Scripted(RedisStoreOptions options) {
    this.options = options;
    List<byte[]> names = new ArrayList<>();
    for (String name : List.of("meta", "data", "index", "leases", "deadlines", "holds", "log")) {
      names.add((options.prefix() + name).getBytes(UTF_8));
    }
    this.keys = names.toArray(new byte[0][]);
  }

  static String source() {
    try (InputStream in = Scripted.class.getResourceAsStream("store.lua")) {
      if (in == null) {
        throw new IllegalStateException("the jar holds no store.lua");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] log() {
    return keys[keys.length - 1];
  }

  /// The newest revision that was seen.
  long seen() {
    return seen.get();
  }

  /// Why nothing that this server says can be believed any more; null if it can.
  StoreException.@Nullable Corrupt lost() {
    return lost;
  }

  /// Takes note that the server has lost acknowledged writes: final, for what this process knows of
  /// the store is not so any more.
  void lost(StoreException.Corrupt why) {
    lost = why;
  }

  CompletableFuture<Answer> run(Session session, String operation, byte[]... arguments) {
    List<byte[]> all = new ArrayList<>();
    for (String each :
        List.of(
            operation,
            session.server().run(),
            generation,
            Long.toString(seen.get()),
            Integer.toString(options.history().eventsMax()),
            Long.toString(options.history().bytesMax()))) {
      all.add(each.getBytes(UTF_8));
    }
    all.addAll(Arrays.asList(arguments));
    return session.run(keys, all.toArray(new byte[0][])).thenApply(this::answer);
  }

  private Answer answer(List<Object> raw) {
    if (raw.size() < 2) {
      throw new RedisCommandExecutionException("the script's answer makes no sense: " + raw);
    }
    long revision = Long.parseLong(text(raw.get(1)));
    generation = text(raw.get(0));
    seen.accumulateAndGet(revision, Math::max);
    return new Answer(revision, raw.subList(2, raw.size()));
  }

  static String text(@Nullable Object bytes) {
    if (bytes instanceof byte[] found) {
      return new String(found, UTF_8);
    }
    throw new IllegalStateException("not text: " + bytes);
  }

  /// An entry of `version:lease:value`.
  static Entry unpacked(String key, byte[] packed) {
    int first = indexOfColon(packed, 0);
    int second = indexOfColon(packed, first + 1);
    long lease = Long.parseLong(new String(packed, first + 1, second - first - 1, UTF_8));
    return new Entry(
        key,
        Arrays.copyOfRange(packed, second + 1, packed.length),
        Long.parseLong(new String(packed, 0, first, UTF_8)),
        lease == 0 ? null : new LeaseId(lease));
  }

  private static int indexOfColon(byte[] packed, int from) {
    for (int i = from; i < packed.length; i++) {
      if (packed[i] == ':') {
        return i;
      }
    }
    throw new IllegalStateException("not an entry of this store");
  }

  /// One change of the log: its id, and its fields with their values.
  static Event event(Object logged) {
    List<?> pair = (List<?>) logged;
    String id = text(pair.get(0));
    long revision = Long.parseLong(id.substring(0, id.indexOf('-')));
    List<?> fields = (List<?>) pair.get(1);
    if (fields.size() != 2 * VALUE_FIELDS.length()) {
      throw new IllegalStateException("not a change of this store: " + id);
    }
    String key = text(fields.get(1));
    if (text(fields.get(3)).equals("d")) {
      return new Event.Deleted(key, revision);
    }
    long lease = Long.parseLong(text(fields.get(5)));
    return new Event.Written(
        new Entry(key, (byte[]) fields.get(7), revision, lease == 0 ? null : new LeaseId(lease)));
  }
}
