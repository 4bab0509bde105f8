package dev.drover.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/// What the gate costs a write.
final class GateBench implements Bench {
  private static final double NANOS_MAX = 30;
  private static final double LOSS_MAX = 50;

  @Override
  public String name() {
    return "gate";
  }

  @Override
  public String about() {
    return "Entering and leaving the gate of one partition, by JMH with its gc profiler: one thread, and two threads that"
        + " each use a stripe of their own.";
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    System.setProperty("jmh.ignoreLock", "true");
    Path log = Files.createTempFile("drover-bench-jmh", ".log");
    Options options =
        new OptionsBuilder()
            .include(GatePasses.class.getName())
            .forks(setup.size(3, 1))
            .warmupIterations(setup.size(3, 1))
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(setup.size(7, 2))
            .measurementTime(TimeValue.milliseconds(setup.size(1_000, 300)))
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .output(log.toString())
            .build();
    Collection<RunResult> results = new Runner(options).run();
    RunResult one = find(results, "one");
    RunResult two = find(results, "two");
    double alone = nanos(one);
    double beside = nanos(two);
    report.atMost("enter and leave, one thread", alone, "ns", NANOS_MAX);
    report.atMost("allocated for one", allocated(one), "B", 0);
    report.info(
        "with the guard's check and its look at the clock", nanos(find(results, "guarded")), "ns");
    report.info("enter and leave, each of two threads", beside, "ns");
    report.info("the same at two gates, one for each", nanos(find(results, "apart")), "ns");
    report.atMost("what each of two threads loses", 100 * (1 - alone / beside), "%", LOSS_MAX);
    report.note(
        "The best of %d iterations in %d JVMs: what else runs on the machine can only add."
            .formatted(iterations(one).count(), setup.size(3, 1)));
    Files.delete(log);
  }

  private static RunResult find(Collection<RunResult> results, String method) {
    return results.stream()
        .filter(result -> result.getParams().getBenchmark().endsWith("." + method))
        .findFirst()
        .orElseThrow();
  }

  private static double nanos(RunResult result) {
    return iterations(result).min();
  }

  private static Samples iterations(RunResult result) {
    Samples samples = new Samples();
    result.getBenchmarkResults().stream()
        .flatMap(fork -> fork.getIterationResults().stream())
        .forEach(iteration -> samples.add(iteration.getPrimaryResult().getScore()));
    return samples;
  }

  /// To a thousandth of a byte: JMH itself allocates a little in each iteration.
  private static double allocated(RunResult result) {
    Result<?> found = result.getSecondaryResults().get("gc.alloc.rate.norm");
    if (found == null) {
      throw new IllegalStateException("JMH's gc profiler measured nothing");
    }
    double bytes = found.getScore();
    return Math.round(bytes * 1_000) / 1_000.0;
  }
}
