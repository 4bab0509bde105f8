package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Function libraries (Redis 7.0 and later) belong to a server, not to a scope, so a move does not
/// carry them. The target must have those of the source already: a client that calls a function
/// would fail after the flip.
record Libraries(RedisHome from, RedisHome to) {
  /// What speaks against a move; empty if nothing does.
  Optional<String> problem(RespConnection source, RespConnection target) throws IOException {
    Map<String, String> here = read(source);
    if (here.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> there = read(target);
    for (Map.Entry<String, String> one : here.entrySet()) {
      String code = there.get(one.getKey());
      if (code == null || !code.equals(one.getValue())) {
        return Optional.of(
            to
                + (code == null
                    ? " lacks function library "
                    : " has other code in function library ")
                + one.getKey()
                + " of "
                + from
                + ": clients that call its functions would fail or act differently there. Load it"
                + " at the target first (FUNCTION DUMP and FUNCTION RESTORE, or FUNCTION LOAD"
                + " REPLACE)");
      }
    }
    return Optional.empty();
  }

  /// @throws MoverException.Refused if the target lacks one
  void check(RespConnection source, RespConnection target) throws IOException, MoverException {
    Optional<String> problem = problem(source, target);
    if (problem.isPresent()) {
      throw new MoverException.Refused(problem.get(), null);
    }
  }

  /// Their code by name; none if the server knows no functions or does not say.
  private static Map<String, String> read(RespConnection connection) throws IOException {
    Map<String, String> libraries = new TreeMap<>();
    connection.send("FUNCTION", "LIST", "WITHCODE").flush();
    Reply reply = connection.read();
    if (reply instanceof Reply.Failure) {
      return libraries;
    }
    for (Reply library : reply.items()) {
      List<Reply> parts = library.items();
      String name = "";
      String code = "";
      for (int i = 0; i + 1 < parts.size(); i += 2) {
        switch (parts.get(i).text()) {
          case "library_name" -> name = parts.get(i + 1).text();
          case "library_code" -> code = parts.get(i + 1).text();
          default -> {}
        }
      }
      libraries.put(name, code);
    }
    return libraries;
  }
}
