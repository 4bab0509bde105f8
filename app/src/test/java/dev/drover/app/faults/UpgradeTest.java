package dev.drover.app.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.app.whole.Traffic;
import dev.drover.core.HomeId;
import dev.drover.core.Partition;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A fleet of the version before this one becomes one of this version, process by process, and back
/// again, under traffic and moves, as docs/upgrading.md has it.
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("alone")
class UpgradeTest {
  @TempDir static Path built;

  @SuppressWarnings("NullAway.Init")
  private static String before;

  @TempDir Path directory;

  @BeforeAll
  static void buildTheVersionBefore() throws Exception {
    before = OldVersion.classPath(built);
  }

  @Test
  void oldAndNewProcessesWorkSideBySide() throws Exception {
    String now = System.getProperty("java.class.path");
    try (Machine machine = Machine.running(directory, before);
        Traffic traffic = new Traffic(machine.gatewayPorts)) {
      traffic.fill(5_000);
      traffic.start();
      moved(machine, "b");
      for (String upgraded : new String[] {"server", "g1", "g2"}) {
        machine.replace(upgraded, now);
        moved(machine, "a");
        moved(machine, "b");
      }
      for (String backAgain : new String[] {"g2", "g1", "server"}) {
        machine.replace(backAgain, before);
        moved(machine, "a");
        moved(machine, "b");
      }
      Traffic.Result result = traffic.stop();
      assertThat(result.lost()).as(machine.logs()).isEmpty();
      assertThat(result.stale()).as(machine.logs()).isEmpty();
      assertThat(result.acknowledged()).isGreaterThan(1_000);
      assertThat(machine.logs()).doesNotContain("is corrupt", "newer version of Drover");
    }
  }

  /// A driver of the old version is killed in the middle of its move, and a new one takes over;
  /// then the other way round.
  @Test
  void aMoveIsTakenOverByTheOtherVersion() throws Exception {
    String now = System.getProperty("java.class.path");
    try (Machine machine = Machine.running(directory, before);
        Traffic traffic = new Traffic(machine.gatewayPorts)) {
      traffic.fill(20_000);
      traffic.start();
      String to = "b";
      for (String next : new String[] {now, before}) {
        machine.move(to, ",\"itemsPerSecondMax\":4000");
        Machine.await("the copy to be under way", () -> machine.record().moving());
        machine.kill("server");
        machine.startServer(next);
        Partition end = machine.settled();
        assertThat(end.ownership().reads().home()).isEqualTo(new HomeId(to));
        to = "a";
      }
      Traffic.Result result = traffic.stop();
      assertThat(result.lost()).as(machine.logs()).isEmpty();
      assertThat(result.stale()).as(machine.logs()).isEmpty();
    }
  }

  private static void moved(Machine machine, String to) throws Exception {
    machine.moveOnceReached(to);
    Partition end = machine.settled();
    assertThat(end.ownership().reads().home()).as(machine.logs()).isEqualTo(new HomeId(to));
  }
}
