package dev.drover.torture.client;

import dev.drover.torture.history.Digest;
import dev.drover.torture.history.Family;
import dev.drover.torture.history.HistoryWriter;
import dev.drover.torture.history.KeyName;
import dev.drover.torture.history.Kind;
import dev.drover.torture.history.Outcome;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One connection of a client, to one gateway at a time, with one operation under way at a time.
///
/// It never sends an operation again that may have been done: what it does not know stays unknown.
/// Every operation is in the history before it is sent.
final class Worker {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);

  /// Longer than any gateway holds a write.
  private static final Duration ANSWER_MAX = Duration.ofSeconds(8);

  private static final int STAYS_OPERATIONS = 60;
  private static final int NUMBER_BITS = 40;

  private final ClientOptions options;
  private final Workload workload;
  private final RedisClient redis;
  private final HistoryWriter history;
  private final Counts counts;
  private final Random random;
  private final Requests requests;
  private final Thread thread;
  private final int index;
  private int gateway;
  private int left = STAYS_OPERATIONS;
  private long values;
  private int deletedGeneration;
  private @Nullable StatefulRedisConnection<String, String> connection;
  private volatile boolean stopped;

  Worker(
      ClientOptions options, int index, RedisClient redis, HistoryWriter history, Counts counts) {
    this.options = options;
    this.index = index;
    this.workload = new Workload(options.startNanos(), options.scopes());
    this.redis = redis;
    this.history = history;
    this.counts = counts;
    this.random = new Random(options.number() * 1_000L + index);
    this.requests = new Requests(random, options.functions());
    this.gateway = index % options.ports().size();
    // What is deleted in this generation may have been deleted by an earlier run of this process.
    this.deletedGeneration = workload.generation(System.nanoTime());
    this.nextToDelete = options.scopes();
    this.thread = Thread.ofPlatform().name("worker-" + index).unstarted(this::run);
    redis.setOptions(
        io.lettuce.core.ClientOptions.builder()
            .autoReconnect(false)
            .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
            .socketOptions(SocketOptions.builder().connectTimeout(CONNECT_MAX).build())
            .build());
  }

  void start() {
    thread.start();
  }

  /// Lets the operation under way end.
  void stop() throws InterruptedException {
    stopped = true;
    thread.join();
  }

  private void run() {
    while (!stopped) {
      try {
        RedisCommands<String, String> commands = connected();
        if (commands != null) {
          step(commands);
          if (--left <= 0) {
            leave();
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("the history cannot be written", e);
      }
      long pause = TimeUnit.MILLISECONDS.toNanos(options.pauseMillis());
      LockSupport.parkNanos(pause / 2 + (long) (random.nextDouble() * pause));
    }
    disconnect();
  }

  private @Nullable RedisCommands<String, String> connected() {
    StatefulRedisConnection<String, String> open = connection;
    if (open == null) {
      RedisURI uri =
          RedisURI.builder()
              .withHost("127.0.0.1")
              .withPort(options.ports().get(gateway))
              .withTimeout(ANSWER_MAX)
              .build();
      try {
        open = redis.connect(uri);
      } catch (RedisException e) {
        leave();
        return null;
      }
      connection = open;
    }
    return open.sync();
  }

  /// Goes to another gateway.
  private void leave() {
    disconnect();
    left = STAYS_OPERATIONS / 2 + random.nextInt(STAYS_OPERATIONS);
    gateway = random.nextInt(options.ports().size());
  }

  private void disconnect() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  // --- operations

  private void step(RedisCommands<String, String> to) throws IOException {
    long now = System.nanoTime();
    if (options.owner() && index == 0 && deletes(now)) {
      deleteOne(to, now);
      return;
    }
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3, 4 -> set(to, workload.current(Family.REGISTER, random, now));
      case 5 -> setTwo(to, workload.current(Family.REGISTER, random, now));
      case 6, 7, 8, 9, 10 -> get(to, workload.any(Family.REGISTER, random, now));
      case 11, 12, 13 -> increment(to, workload.current(Family.COUNTER, random, now));
      case 14, 15 -> count(to, workload.any(Family.COUNTER, random, now));
      case 16, 17 -> push(to, workload.current(Family.LIST, random, now));
      default -> list(to, workload.any(Family.LIST, random, now));
    }
  }

  private long newValue() {
    return ((long) options.number() << NUMBER_BITS)
        | ((long) index << (NUMBER_BITS - 8))
        | ++values;
  }

  private void set(RedisCommands<String, String> to, KeyName key) throws IOException {
    long value = newValue();
    int id = begun(Kind.SET, key, value);
    end(
        () -> {
          requests.set(to, key, Values.text(value));
          return new Answer(value, 0);
        },
        id);
  }

  /// Two registers in one command.
  private void setTwo(RedisCommands<String, String> to, KeyName key) throws IOException {
    KeyName other = Workload.beside(key);
    long value = newValue();
    long otherValue = newValue();
    int id = begun(Kind.SET, key, value);
    int otherId = begun(Kind.SET, other, otherValue);
    end(
        () -> {
          requests.setBoth(
              to, List.of(key, other), List.of(Values.text(value), Values.text(otherValue)));
          return new Answer(0, 0);
        },
        id,
        otherId);
  }

  private void get(RedisCommands<String, String> from, KeyName key) throws IOException {
    int id = begun(Kind.GET, key, 0);
    end(() -> new Answer(Values.number(requests.get(from, key)), 0), id);
  }

  private void increment(RedisCommands<String, String> to, KeyName key) throws IOException {
    int id = begun(Kind.INCREMENT, key, 0);
    end(() -> new Answer(requests.increment(to, key), 0), id);
  }

  private void count(RedisCommands<String, String> from, KeyName key) throws IOException {
    int id = begun(Kind.COUNT, key, 0);
    end(() -> new Answer(requests.count(from, key), 0), id);
  }

  private void push(RedisCommands<String, String> to, KeyName key) throws IOException {
    long element = newValue();
    int id = begun(Kind.PUSH, key, element);
    end(() -> new Answer(element, requests.push(to, key, Long.toString(element))), id);
  }

  private void list(RedisCommands<String, String> from, KeyName key) throws IOException {
    int id = begun(Kind.LIST, key, 0);
    end(
        () -> {
          long digest = Digest.EMPTY;
          long length = 0;
          for (String element : requests.elements(from, key)) {
            digest = Digest.with(digest, Values.number(element));
            length++;
          }
          return new Answer(length, digest);
        },
        id);
  }

  // --- deletions

  private int nextToDelete;

  /// Whether a register of this generation is still to be deleted. Each is deleted once at most.
  private boolean deletes(long now) {
    int generation = workload.generation(now);
    if (workload.deletes(now) && generation != deletedGeneration) {
      deletedGeneration = generation;
      nextToDelete = 0;
    }
    return generation == deletedGeneration && nextToDelete < workload.scopes();
  }

  private void deleteOne(RedisCommands<String, String> to, long now) throws IOException {
    int scope = nextToDelete++;
    int register = (scope + deletedGeneration) % Workload.registers();
    KeyName key = new KeyName(scope, Family.REGISTER, register, workload.generation(now));
    int id = begun(Kind.DELETE, key, 0);
    end(
        () -> {
          var _ = to.del(key.toString());
          return new Answer(0, 0);
        },
        id);
  }

  // --- the history

  private interface Sent {
    Answer answer();
  }

  private record Answer(long a, long b) {}

  private int begun(Kind kind, KeyName key, long a) throws IOException {
    return history.begun(kind, key.packed(), gateway, a, System.nanoTime());
  }

  private void end(Sent sent, int... ids) throws IOException {
    Outcome outcome = Outcome.DONE;
    Answer answer = new Answer(0, 0);
    try {
      answer = sent.answer();
    } catch (RedisCommandExecutionException e) {
      String why = String.valueOf(e.getMessage());
      counts.failed(why);
      outcome = refused(why) ? Outcome.REFUSED : Outcome.UNKNOWN;
    } catch (RedisException e) {
      counts.failed(e.getClass().getSimpleName() + ": " + e.getMessage());
      outcome = Outcome.UNKNOWN;
      leave();
    }
    long now = System.nanoTime();
    for (int id : ids) {
      history.ended(id, outcome, answer.a(), answer.b(), now);
    }
  }

  /// Whether an error promises that nothing was done: the gateway's word, or that of a home that
  /// has just been started. TRYAGAIN alone is no promise; it says what is known.
  static boolean refused(String error) {
    if (error.startsWith("TRYAGAIN ")) {
      return !error.contains("may or may not")
          && (error.contains("nothing was done") || error.contains("nothing was sent"));
    }
    return error.startsWith("QUIESCED ") || error.startsWith("LOADING ");
  }
}
