package dev.drover.bench;

import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Route;
import dev.drover.core.gate.Session;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.ThreadParams;

/// What a write pays at the gate: it enters and leaves. Run by JMH.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GatePasses {
  private static final int STRIPES = 4;
  private static final long YEAR_NANOS = TimeUnit.DAYS.toNanos(365);

  private final Gate gate = openGate();

  private static Gate openGate() {
    Placement home = new Placement(new HomeId("a"), "app:");
    Guard guard = new Guard(new Session(1, System.nanoTime() + YEAR_NANOS));
    return new Gate(
        new PartitionId(new Engine("bench"), "app:"),
        STRIPES,
        new Route(1, home, home, guard),
        epoch -> {});
  }

  /// A thread's own stripe, as each event loop has one.
  @State(Scope.Thread)
  public static class Stripe {
    private int number;

    @Setup
    public void choose(ThreadParams thread) {
      number = thread.getThreadIndex();
    }
  }

  /// A thread's own gate.
  @State(Scope.Thread)
  public static class Own {
    private final Gate gate = openGate();
  }

  @Benchmark
  @Threads(1)
  public @Nullable Route one(Stripe stripe) {
    Route route = gate.enter(stripe.number);
    gate.leave(stripe.number);
    return route;
  }

  @Benchmark
  @Threads(2)
  public @Nullable Route two(Stripe stripe) {
    Route route = gate.enter(stripe.number);
    gate.leave(stripe.number);
    return route;
  }

  /// Two threads that share nothing: what the machine gives each of two.
  @Benchmark
  @Threads(2)
  public @Nullable Route apart(Own own) {
    Route route = own.gate.enter(0);
    own.gate.leave(0);
    return route;
  }

  @Benchmark
  @Threads(1)
  public boolean guarded(Stripe stripe) {
    Route route = gate.enter(stripe.number);
    boolean stands = route != null && route.guard().stands(System.nanoTime());
    gate.leave(stripe.number);
    return stands;
  }
}
