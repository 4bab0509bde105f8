package dev.drover.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Writers in a JVM of their own, each a thread with a blocking connection: they set random keys at
/// a steady rate, wait for each answer, and measure how long that took. Clients on event loops
/// would hand each answer from thread to thread, and be measured by that.
final class Load implements AutoCloseable {
  /// The large arrays of what was measured are not to be copied by a collection: that took up to 28
  /// ms, which every writer would have reported.
  private static final List<String> FLAGS =
      List.of(
          "-Xms256m",
          "-Xmx256m",
          "-XX:+UseSerialGC",
          "-XX:PretenureSizeThreshold=65536",
          "-XX:TieredStopAtLevel=1");

  private final Process process;
  private final BufferedReader answers;
  private final Writer questions;

  private Load(Process process) {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.questions = process.outputWriter(StandardCharsets.UTF_8);
  }

  /// Starts writers that share a rate and take turns with the gateways; returns when they write.
  static Load start(Writes.Kind kind, List<Integer> ports, int writers, int perSecond, int keys)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of(kind.name(), "" + writers, "" + perSecond, "" + keys));
    ports.forEach(port -> arguments.add("" + port));
    Process process =
        new ProcessBuilder(Programs.java(FLAGS, Load.class, arguments))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Load load = new Load(process);
    long _ = load.failed();
    return load;
  }

  /// How many writes were answered by an error since this was last asked.
  long failed() throws IOException {
    return Long.parseLong(ask("failed"));
  }

  /// What one of them was answered; empty if none was.
  String failure() throws IOException {
    return ask("why");
  }

  /// The longest that any of the writes took that were under way at a time not long ago, or at some
  /// time of a span that was not long ago.
  ///
  /// @param from the span's begin, as by [System#currentTimeMillis]
  /// @param to its end, which is in it too
  double longestMillis(long from, long to) throws IOException {
    return Long.parseLong(ask("in " + from + " " + to)) / 1e6;
  }

  private String ask(String question) throws IOException {
    questions.write(question + "\n");
    questions.flush();
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the writers have ended");
    }
    return line;
  }

  @Override
  public void close() {
    Programs.end(process);
  }

  // --- in the JVM of the writers

  /// `KIND WRITERS WRITES-PER-SECOND KEYS PORT…`; answers each line of its input.
  public static void main(String[] args) throws IOException {
    Writes.Kind kind = Writes.Kind.valueOf(args[0]);
    int writers = Integer.parseInt(args[1]);
    long intervalNanos = TimeUnit.SECONDS.toNanos(writers) / Integer.parseInt(args[2]);
    int keys = Integer.parseInt(args[3]);
    List<WriterThread> all = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      int port = Integer.parseInt(args[4 + i % (args.length - 4)]);
      all.add(new WriterThread(kind.connect(port), intervalNanos, keys, i));
    }
    all.forEach(writer -> Thread.ofPlatform().daemon().start(writer));
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String asked = questions.readLine(); asked != null; asked = questions.readLine()) {
      if (asked.equals("why")) {
        System.out.println(
            all.stream()
                .map(writer -> writer.failure)
                .filter(why -> !why.isEmpty())
                .findFirst()
                .orElse(""));
      } else if (asked.startsWith("in ")) {
        String[] span = asked.split(" ", 3);
        long from = Long.parseLong(span[1]);
        long to = Long.parseLong(span[2]);
        System.out.println(
            all.stream().mapToLong(writer -> writer.recent.longest(from, to)).max().orElse(0));
      } else {
        System.out.println(all.stream().mapToLong(writer -> writer.failed.getAndSet(0)).sum());
      }
    }
    System.exit(0);
  }

  /// The last writes of one writer.
  private static final class Recent {
    private static final int COUNT = 1 << 15;
    private final long[] begunMillis = new long[COUNT];
    private final long[] endedMillis = new long[COUNT];
    private final long[] tookNanos = new long[COUNT];
    private int next;

    synchronized void add(long begun, long ended, long nanos) {
      begunMillis[next] = begun;
      endedMillis[next] = ended;
      tookNanos[next] = nanos;
      next = (next + 1) % COUNT;
    }

    synchronized long longest(long from, long to) {
      long longest = 0;
      for (int i = 0; i < COUNT; i++) {
        if (begunMillis[i] <= to && endedMillis[i] >= from) {
          longest = Math.max(longest, tookNanos[i]);
        }
      }
      return longest;
    }
  }

  /// One writer. When it is late it writes at once, but never faster to make up for a pause.
  private static final class WriterThread implements Runnable {
    private final Writes writes;
    private final long intervalNanos;
    private final int keys;
    private final Random random;
    private final AtomicLong failed = new AtomicLong();
    private volatile String failure = "";
    private final Recent recent = new Recent();

    WriterThread(Writes writes, long intervalNanos, int keys, int number) {
      this.writes = writes;
      this.intervalNanos = intervalNanos;
      this.keys = keys;
      this.random = new Random(number);
    }

    @Override
    public void run() {
      byte[] value = new byte[Keys.VALUE_BYTES];
      long due = System.nanoTime() + random.nextLong(intervalNanos);
      while (true) {
        long early = due - System.nanoTime();
        if (early > 0) {
          LockSupport.parkNanos(early);
          continue;
        }
        random.nextBytes(value);
        int key = random.nextInt(keys);
        long begunMillis = System.currentTimeMillis();
        long begin = System.nanoTime();
        try {
          writes.write(key, value);
        } catch (IOException e) {
          failed.incrementAndGet();
          failure = String.valueOf(e.getMessage()).replaceAll("\\R+", " ");
        }
        long end = System.nanoTime();
        recent.add(begunMillis, System.currentTimeMillis(), end - begin);
        due = Math.max(due + intervalNanos, end - intervalNanos);
      }
    }
  }
}
