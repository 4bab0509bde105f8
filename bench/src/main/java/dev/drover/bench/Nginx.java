package dev.drover.bench;

import dev.drover.engine.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// The installed nginx, in the foreground on loopback.
final class Nginx implements AutoCloseable {
  private static final int TRIES = 500;

  private final Process process;
  private final int port;

  private Nginx(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /// Answers by itself.
  ///
  /// @param files which it also gives out by the socket `files.sock` in there
  /// @param locations as they stand in a server's block
  static Nginx answering(Path directory, Path files, String locations)
      throws IOException, InterruptedException {
    int port = Ports.free();
    return start(
        directory,
        1,
        port,
        """
        server { listen 127.0.0.1:%d reuseport; %s }
        server { listen unix:%s/files.sock; root %s; }
        """
            .formatted(port, locations, files, files));
  }

  /// Passes everything on, streaming both ways, with connections that are kept.
  static Nginx passing(Path directory, int workers, int to)
      throws IOException, InterruptedException {
    int port = Ports.free();
    return start(
        directory,
        workers,
        port,
        """
        upstream home { server 127.0.0.1:%d; keepalive 128; keepalive_requests 1000000000; }
        server {
          listen 127.0.0.1:%d reuseport;
          location / {
            proxy_pass http://home;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_request_buffering off;
          }
        }
        """
            .formatted(to, port));
  }

  private static Nginx start(Path directory, int workers, int port, String http)
      throws IOException, InterruptedException {
    Path own = Files.createDirectory(directory.resolve("nginx-" + port));
    Path file = own.resolve("nginx.conf");
    Files.writeString(
        file,
        """
      worker_processes %1$d;
      daemon off;
      user root;
      pid %2$s/pid;
      error_log %2$s/log crit;
      events { worker_connections 2048; }
      http {
        access_log off;
        keepalive_requests 1000000000;
        keepalive_timeout 3600s;
        client_max_body_size 0;
        client_body_buffer_size 64k;
        client_body_temp_path %2$s/bodies;
        proxy_temp_path %2$s/answers;
        default_type application/json;
        %3$s
      }
      """
            .formatted(workers, own, http));
    Process process;
    try {
      process =
          new ProcessBuilder("nginx", "-p", own.toString(), "-c", file.toString())
              .redirectErrorStream(true)
              .redirectOutput(own.resolve("said").toFile())
              .start();
    } catch (IOException e) {
      throw new IOException("nginx is needed here: apt-get install nginx-light", e);
    }
    for (int i = 0; i < TRIES && process.isAlive(); i++) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return new Nginx(process, port);
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }
    process.destroyForcibly();
    throw new IOException("nginx did not start: " + Files.readString(own.resolve("said")));
  }

  int port() {
    return port;
  }

  /// Of all its workers.
  Duration cpu() {
    return process
        .descendants()
        .map(each -> each.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  @Override
  public void close() {
    Programs.end(process);
  }
}
