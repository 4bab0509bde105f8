package dev.drover.bench;

import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// How a writer writes: by a blocking connection of its own.
interface Writes {
  /// Writes one of the keys, and waits for the answer.
  ///
  /// @throws IOException if it is an error
  void write(int key, byte[] random) throws IOException;

  /// What there is to be written.
  enum Kind {
    SCOPE {
      @Override
      Writes connect(int port) throws IOException {
        RespConnection redis = Servers.connect(port);
        byte[] set = RespConnection.head("SET", 2);
        return (key, random) -> {
          byte[] name = (Fleet.SCOPE + key).getBytes(StandardCharsets.US_ASCII);
          redis.raw(set).arg(name).arg(random).flush();
          var _ = redis.answered();
        };
      }
    },
    TENANT {
      @Override
      Writes connect(int port) throws IOException {
        HttpConnection http = HttpConnection.open(port);
        return (key, random) -> {
          int number = (random[0] << 8) | (random[1] & 0xff);
          byte[] document = StubCluster.document(number).getBytes(StandardCharsets.US_ASCII);
          String head =
              "PUT /orders/_doc/d%d HTTP/1.1\r\nhost: x\r\nx-tenant: acme\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
                  .formatted(key, document.length);
          http.send(head.getBytes(StandardCharsets.US_ASCII));
          http.send(document);
          http.answered();
        };
      }
    };

    abstract Writes connect(int port) throws IOException;
  }
}
