package dev.drover.bench;

import dev.drover.store.trace.Leg;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/// The [Leg]s that one process has told its flight recorder, in the order of their ends.
record Recorded(List<Told> legs) {
  Recorded {
    legs = List.copyOf(legs);
  }

  /// A leg, as it was told.
  record Told(String what, String of, long epoch, long from, long to) {
    boolean is(String name, String whose) {
      return what.equals(name) && of.equals(whose);
    }
  }

  /// The options with which a JVM records legs, and nothing else.
  static String options() {
    return "-Xlog:jfr*=off -XX:StartFlightRecording:settings=none,+%s#enabled=true"
        .formatted(Leg.NAME);
  }

  /// What a JVM that was started so has recorded so far.
  ///
  /// @param file to which the recording is written
  static Recorded of(Process jvm, Path file) throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    String _ = Programs.run(List.of(jcmd, "" + jvm.pid(), "JFR.dump", "filename=" + file));
    List<Told> legs = new ArrayList<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      if (event.getEventType().getName().equals(Leg.NAME)) {
        legs.add(
            new Told(
                event.getString("what"),
                event.getString("of"),
                event.getLong("epoch"),
                event.getLong("fromNanos"),
                event.getLong("toNanos")));
      }
    }
    legs.sort(Comparator.comparingLong(Told::to));
    return new Recorded(legs);
  }

  List<Told> all(Predicate<Told> which) {
    return legs.stream().filter(which).toList();
  }

  /// The end of the first one that does not end before a time.
  OptionalLong firstEnd(long atLeast, Predicate<Told> which) {
    return legs.stream()
        .filter(leg -> leg.to() >= atLeast)
        .filter(which)
        .mapToLong(Told::to)
        .findFirst();
  }
}
