package dev.drover.torture;

import dev.drover.app.client.ApiException;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import dev.drover.torture.client.Form;
import dev.drover.torture.fleet.Fleet;
import dev.drover.torture.history.KeyName;
import java.io.IOException;
import java.util.Map;

/// Writes at the homes, past the gateways: what the checker must find, or it finds nothing.
final class Saboteur {
  private Saboteur() {}

  /// Takes the last element of every list, and counts every counter on.
  ///
  /// @return how many keys were harmed
  static int strike(Fleet fleet, Moves moves) throws ApiException, IOException {
    int harmed = 0;
    for (Map.Entry<Integer, String> scope : moves.homes().entrySet()) {
      try (RespConnection home = fleet.connect(scope.getValue())) {
        Reply keys = home.call("KEYS", KeyName.prefix(scope.getKey()) + "*");
        for (Reply key : keys.items()) {
          String type = home.call("TYPE", key.text()).text();
          boolean counter = key.text().contains(":c:");
          if (type.equals("list")) {
            home.call("RPOP", key.text());
            harmed++;
          } else if (counter) {
            switch (type) {
              case "hash" -> home.call("HINCRBY", key.text(), Form.FIELD, "1");
              case "zset" -> home.call("ZINCRBY", key.text(), "1", Form.FIELD);
              default -> home.call("INCR", key.text());
            }
            harmed++;
          }
        }
      }
    }
    return harmed;
  }
}
