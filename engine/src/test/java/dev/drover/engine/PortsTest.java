package dev.drover.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PortsTest {
  /// So many that two processes that choose by chance have some hundred in common.
  private static final int MANY = 2_000;

  /// Another process: says its ports, and keeps them until its input ends.
  static final class Other {
    public static void main(String[] args) throws IOException {
      for (int i = 0; i < MANY; i++) {
        System.out.println(Ports.free());
      }
      System.out.println("end");
      int _ = System.in.read();
    }
  }

  @Test
  void noPortIsGivenTwiceNotEvenToTwoProcesses() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader reader = other.inputReader()) {
      Set<Integer> all = new HashSet<>();
      for (int i = 0; i < MANY; i++) {
        all.add(Ports.free());
      }
      for (String line = reader.readLine(); !"end".equals(line); line = reader.readLine()) {
        assertThat(line).as("the other process's next port").isNotNull();
        all.add(Integer.parseInt(line));
      }
      assertThat(all).hasSize(2 * MANY);
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void aGivenPortCanBeListenedOnAtOnce() throws Exception {
    int port = Ports.free();
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(socket.getLocalPort()).isEqualTo(port);
    }
  }
}
