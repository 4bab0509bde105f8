package dev.drover.app.demo;

import dev.drover.app.client.Json;
import dev.drover.engine.demo.SampleContent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// What the demo has found.
///
/// @param homes what they are, with their version
/// @param content what nobody wrote to during the moves
record DemoResult(
    String homes,
    int keys,
    int writers,
    long writes,
    long lost,
    long reads,
    long stale,
    long refused,
    SampleContent.Checked content,
    List<String> examples,
    Histogram atRest,
    Histogram moving,
    List<Moved> moves,
    long millis) {
  private static final double NANOS_PER_MILLI = 1e6;

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
    return lost == 0
        && stale == 0
        && content.wrong() == 0
        && moves.stream().allMatch(Moved::completed);
  }

  String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("well", well());
    all.put("homes", homes);
    all.put("keys", keys);
    all.put("writers", writers);
    all.put("writesAcknowledged", writes);
    all.put("writesLost", lost);
    all.put("reads", reads);
    all.put("readsStale", stale);
    all.put("refused", refused);
    all.put("keysWrong", content.wrong());
    all.put("examples", examples);
    all.put("longestPauseMillis", moving.getMaxValue() / NANOS_PER_MILLI);
    all.put("atRestMillis", distribution(atRest));
    all.put("movingMillis", distribution(moving));
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
