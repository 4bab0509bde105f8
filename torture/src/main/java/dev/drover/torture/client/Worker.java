package dev.drover.torture.client;

import dev.drover.engine.torture.Family;
import dev.drover.engine.torture.KeyName;
import dev.drover.engine.torture.TortureClient;
import dev.drover.engine.torture.TortureClients;
import dev.drover.torture.history.Digest;
import dev.drover.torture.history.HistoryWriter;
import dev.drover.torture.history.Kind;
import dev.drover.torture.history.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One connection of a client, to one gateway at a time, with one operation under way at a time.
///
/// It never sends an operation again that may have been done: what it does not know stays unknown.
/// Every operation is in the history before it is sent.
final class Worker {
  private static final int STAYS_OPERATIONS = 60;
  private static final int NUMBER_BITS = 40;

  private final ClientOptions options;
  private final Workload workload;
  private final Set<Family> families;
  private final TortureClients clients;
  private final HistoryWriter history;
  private final Counts counts;
  private final Random random;
  private final Thread thread;
  private final int index;
  private int gateway;
  private int left = STAYS_OPERATIONS;
  private long values;
  private int deletedGeneration;
  private @Nullable TortureClient connection;
  private volatile boolean stopped;

  Worker(
      ClientOptions options,
      int index,
      Set<Family> families,
      TortureClients clients,
      HistoryWriter history,
      Counts counts) {
    this.options = options;
    this.index = index;
    this.workload = new Workload(options.startNanos(), options.scopes());
    this.families = families;
    this.clients = clients;
    this.history = history;
    this.counts = counts;
    this.random = new Random(options.run().number() * 1_000L + index);
    this.gateway = index % options.ports().size();
    // What is deleted in this generation may have been deleted by an earlier run of this process.
    this.deletedGeneration = workload.generation(System.nanoTime());
    this.nextToDelete = options.scopes();
    this.thread = Thread.ofPlatform().name("worker-" + index).unstarted(this::run);
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
        TortureClient open = connected();
        if (open != null) {
          step(open);
          if (--left <= 0) {
            leave();
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("the history cannot be written", e);
      }
      long pause = TimeUnit.MILLISECONDS.toNanos(options.load().pauseMillis());
      LockSupport.parkNanos(pause / 2 + (long) (random.nextDouble() * pause));
    }
    disconnect();
  }

  private @Nullable TortureClient connected() {
    TortureClient open = connection;
    if (open == null) {
      try {
        open = clients.connect(options.ports().get(gateway), random);
      } catch (TortureClient.Failed e) {
        leave();
        return null;
      }
      connection = open;
    }
    return open;
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

  private void step(TortureClient to) throws IOException {
    long now = System.nanoTime();
    if (options.run().owner() && index == 0 && deletes(now)) {
      deleteOne(to, now);
      return;
    }
    int drawn = random.nextInt(20);
    Family family = drawn < 11 ? Family.REGISTER : drawn < 16 ? Family.COUNTER : Family.LIST;
    if (!families.contains(family)) {
      drawn %= 11;
    }
    switch (drawn) {
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
    return ((long) options.run().number() << NUMBER_BITS)
        | ((long) index << (NUMBER_BITS - 8))
        | ++values;
  }

  private void set(TortureClient to, KeyName key) throws IOException {
    long value = newValue();
    int id = begun(Kind.SET, key, value);
    end(
        () -> {
          to.set(Map.of(key, value));
          return new Answer(value, 0);
        },
        id);
  }

  /// Two registers in one command.
  private void setTwo(TortureClient to, KeyName key) throws IOException {
    KeyName other = Workload.beside(key);
    long value = newValue();
    long otherValue = newValue();
    int id = begun(Kind.SET, key, value);
    int otherId = begun(Kind.SET, other, otherValue);
    end(
        () -> {
          to.set(Map.of(key, value, other, otherValue));
          return new Answer(0, 0);
        },
        id,
        otherId);
  }

  private void get(TortureClient from, KeyName key) throws IOException {
    int id = begun(Kind.GET, key, 0);
    end(() -> new Answer(from.get(key), 0), id);
  }

  private void increment(TortureClient to, KeyName key) throws IOException {
    int id = begun(Kind.INCREMENT, key, 0);
    end(() -> new Answer(to.increment(key), 0), id);
  }

  private void count(TortureClient from, KeyName key) throws IOException {
    int id = begun(Kind.COUNT, key, 0);
    end(() -> new Answer(from.count(key), 0), id);
  }

  private void push(TortureClient to, KeyName key) throws IOException {
    long element = newValue();
    int id = begun(Kind.PUSH, key, element);
    end(() -> new Answer(element, to.push(key, element)), id);
  }

  private void list(TortureClient from, KeyName key) throws IOException {
    int id = begun(Kind.LIST, key, 0);
    end(
        () -> {
          long digest = Digest.EMPTY;
          long length = 0;
          for (long element : from.list(key)) {
            digest = Digest.with(digest, element);
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

  private void deleteOne(TortureClient to, long now) throws IOException {
    int scope = nextToDelete++;
    int register = (scope + deletedGeneration) % Workload.registers();
    KeyName key = new KeyName(scope, Family.REGISTER, register, workload.generation(now));
    int id = begun(Kind.DELETE, key, 0);
    end(
        () -> {
          to.delete(key);
          return new Answer(0, 0);
        },
        id);
  }

  // --- the history

  private interface Sent {
    Answer answer() throws TortureClient.Failed;
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
    } catch (TortureClient.Failed e) {
      counts.failed(String.valueOf(e.getMessage()));
      outcome = e.nothingDone() ? Outcome.REFUSED : Outcome.UNKNOWN;
      if (e.lost()) {
        leave();
      }
    }
    long now = System.nanoTime();
    for (int id : ids) {
      history.ended(id, outcome, answer.a(), answer.b(), now);
    }
  }
}
