package dev.drover.app.demo;

import dev.drover.app.client.Json;
import dev.drover.engine.demo.SampleContent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// What the demo has found.
///
/// @param content what nobody wrote to during the moves
/// @param examples of what went wrong
record DemoResult(
    Setting setting,
    Operations operations,
    SampleContent.Checked content,
    List<String> examples,
    WriteTimes writeTimes,
    List<Moved> moves,
    long millis) {
  private static final double NANOS_PER_MILLI = 1e6;

  /// What it was played with.
  ///
  /// @param homes what they are, with their version
  /// @param keys that nobody writes to during the moves
  record Setting(String homes, int keys, int writers) {}

  /// What the clients did.
  ///
  /// @param writes that were acknowledged
  /// @param lost those of them that are missing in the end
  /// @param reads that were answered
  /// @param stale those of them that did not see what was acknowledged before they began
  /// @param refused operations that ended with an error
  record Operations(long writes, long lost, long reads, long stale, long refused) {}

  /// Nanoseconds of each acknowledged write.
  ///
  /// @param moving of those that a move was under way for any part of
  record WriteTimes(Histogram atRest, Histogram moving) {}

  /// One move.
  ///
  /// @param copyMillis from its begin to the end of the copy, as it was seen from outside
  record Moved(Json summary, Json certificate, long copyMillis) {
    long keysPerSecond() {
      return copyMillis == 0
          ? 0
          : summary.get("progress").number("itemsCompared") * 1_000 / copyMillis;
    }

    long millis() {
      Json progress = summary.get("progress");
      return progress.millis("endedAt") - progress.millis("startedAt");
    }

    boolean completed() {
      return summary.text("outcome").equals("COMPLETED");
    }
  }

  boolean well() {
    return operations.lost() == 0
        && operations.stale() == 0
        && content.wrong() == 0
        && moves.stream().allMatch(Moved::completed);
  }

  String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("well", well());
    all.put("homes", setting.homes());
    all.put("keys", setting.keys());
    all.put("writers", setting.writers());
    all.put("writesAcknowledged", operations.writes());
    all.put("writesLost", operations.lost());
    all.put("reads", operations.reads());
    all.put("readsStale", operations.stale());
    all.put("refused", operations.refused());
    all.put("keysWrong", content.wrong());
    all.put("examples", examples);
    all.put("longestPauseMillis", writeTimes.moving().getMaxValue() / NANOS_PER_MILLI);
    all.put("atRestMillis", distribution(writeTimes.atRest()));
    all.put("movingMillis", distribution(writeTimes.moving()));
    all.put("moves", moves.stream().map(DemoResult::json).toList());
    all.put("millis", millis);
    return Json.write(all);
  }

  private static Map<String, Object> json(Moved moved) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("move", moved.summary());
    one.put("keysPerSecond", moved.keysPerSecond());
    one.put("certificate", moved.certificate());
    return one;
  }

  private static Map<String, Double> distribution(Histogram latencies) {
    Map<String, Double> one = new LinkedHashMap<>();
    one.put("p50", latencies.getValueAtPercentile(50) / NANOS_PER_MILLI);
    one.put("p90", latencies.getValueAtPercentile(90) / NANOS_PER_MILLI);
    one.put("p99", latencies.getValueAtPercentile(99) / NANOS_PER_MILLI);
    one.put("p99.9", latencies.getValueAtPercentile(99.9) / NANOS_PER_MILLI);
    one.put("max", latencies.getMaxValue() / NANOS_PER_MILLI);
    return one;
  }
}
