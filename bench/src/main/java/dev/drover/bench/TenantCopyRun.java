package dev.drover.bench;

import dev.drover.core.EngineState;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.Placement;
import dev.drover.core.Undo;
import dev.drover.core.mover.Checkpoints;
import dev.drover.core.mover.MoverListener;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.opensearch.OpenSearchEngine;
import dev.drover.opensearch.move.OpenSearchMover;
import dev.drover.opensearch.move.OpenSearchMoverOptions;
import dev.drover.opensearch.wire.OpenSearchHome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/// Copies of tenant `acme` from one cluster to another by Drover's mover, in a JVM of its own, and
/// each is taken away again.
final class TenantCopyRun implements AutoCloseable {
  private static final List<String> FLAGS = List.of("-Xmx256m", "-XX:+UseG1GC");

  private final Process process;
  private final BufferedReader answers;
  private final Writer questions;

  private TenantCopyRun(Process process) {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.questions = process.outputWriter(StandardCharsets.UTF_8);
  }

  static TenantCopyRun start(int from, int to) throws IOException {
    return new TenantCopyRun(
        new ProcessBuilder(Programs.java(FLAGS, TenantCopyRun.class, List.of("" + from, "" + to)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /// How long one took, from the first look at the source's shards to the last document.
  double seconds() throws IOException {
    questions.write("copy\n");
    questions.flush();
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the mover has ended");
    }
    return Long.parseLong(line) / 1e9;
  }

  @Override
  public void close() {
    Programs.end(process);
  }

  // --- in the mover's JVM

  /// `FROM-PORT TO-PORT`; prints nanoseconds for each line of its input.
  public static void main(String[] args) throws Exception {
    HomeId a = new HomeId("a");
    HomeId b = new HomeId("b");
    Map<HomeId, Integer> ports = Map.of(a, Integer.parseInt(args[0]), b, Integer.parseInt(args[1]));
    OpenSearchMover mover =
        new OpenSearchMover(
            id -> new OpenSearchHome(id, "127.0.0.1", Objects.requireNonNull(ports.get(id))),
            OpenSearchMoverOptions.DEFAULT,
            System::nanoTime,
            new Random()::nextLong);
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    long term = System.currentTimeMillis();
    while (questions.readLine() != null) {
      MoverTask task =
          new MoverTask(
              OpenSearchEngine.tenant("acme"),
              new MoveId("bench" + term),
              ++term,
              new Placement(a, "index:acme-*"),
              new Placement(b, "index:acme-*#1"),
              MoverOptions.DEFAULT);
      States states = new States();
      long took;
      try (MoverSession session = mover.open(task, MoverListener.SILENT, states)) {
        session.raiseFence();
        session.prepare();
        long begin = System.nanoTime();
        session.copy();
        took = System.nanoTime() - begin;
      }
      for (Undo undo : mover.owedOnAbort(task, states.state())) {
        var _ = mover.undo(task.partition(), task.from(), ++term, undo, MoverListener.SILENT);
      }
      System.out.println(took);
    }
    System.exit(0);
  }

  private static final class States implements Checkpoints {
    private volatile EngineState state = EngineState.NONE;

    @Override
    public EngineState state() {
      return state;
    }

    @Override
    public boolean reached(EngineState next) {
      state = next;
      return true;
    }
  }
}
