package dev.drover.engine;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Free ports of this machine, for servers that are started on its loopback interface. A port is
/// given once: while this process lives, neither it nor another process of the same user that asks
/// here is given the port again, whether or not a server listens on it.
///
/// All ports lie below those that the system gives to clients. Otherwise a client that tries to
/// reach a dead server could be given the server's own port, and talk to itself.
///
/// A given port is a locked byte in a file of the user's. The system unlocks it when the process
/// ends, however it ends.
public final class Ports {
  private static final int FIRST = 10_000;
  private static final int END = 30_000;
  private static final int TRIES_MAX = 10_000;

  /// Never closed: closing any channel of this file would unlock all ports of the process.
  private static @Nullable FileChannel given;

  private Ports() {}

  /// A port that nobody listens on, and that nobody else is given.
  ///
  /// @throws IOException if there is none, or if the file cannot be opened
  public static synchronized int free() throws IOException {
    for (int i = 0; i < TRIES_MAX; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      FileLock lock = lock(port);
      if (lock != null) {
        if (nobodyListens(port)) {
          return port;
        }
        lock.release();
      }
    }
    throw new IOException("no free port between %d and %d".formatted(FIRST, END - 1));
  }

  private static @Nullable FileLock lock(int port) throws IOException {
    try {
      return given().tryLock(port, 1, false);
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static FileChannel given() throws IOException {
    FileChannel open = given;
    if (open == null) {
      String name = "drover-ports-" + System.getProperty("user.name");
      open =
          FileChannel.open(
              Path.of(System.getProperty("java.io.tmpdir"), name),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
      given = open;
    }
    return open;
  }

  private static boolean nobodyListens(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (BindException e) {
      return false;
    }
  }
}
