package dev.drover.redis.torture;

import dev.drover.engine.torture.HomeInspector;
import dev.drover.engine.torture.KeyName;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A look at a Redis server itself.
record RedisInspector(RespConnection home) implements HomeInspector {
  /// Under no scope: a default home that holds such a key cannot be changed for another.
  private static final String OUTSIDE = "outside:all:scopes";

  @Override
  public void fill(List<KeyName> keys, List<Long> values) throws IOException {
    for (int i = 0; i < keys.size(); i++) {
      home.send("SET", keys.get(i).toString(), Values.text(values.get(i)));
    }
    home.flush();
    for (int i = 0; i < keys.size(); i++) {
      home.answered();
    }
  }

  @Override
  public void writeOutside() throws IOException {
    var _ = home.call("SET", OUTSIDE, "at the default home");
  }

  @Override
  public Optional<long[]> read(KeyName key, String locator) throws IOException {
    String text = key.toString();
    return switch (Form.of(key)) {
      case STRING -> number(home.call("GET", text));
      case HASH -> number(home.call("HGET", text, Form.FIELD));
      case SORTED_SET -> number(home.call("ZSCORE", text, Form.FIELD));
      case LIST -> elements(home.call("LRANGE", text, "0", "-1").items());
      case STREAM -> elements(values(home.call("XRANGE", text, "-", "+")));
    };
  }

  private static Optional<long[]> number(Reply value) throws IOException {
    return value.isNil() ? Optional.empty() : Optional.of(new long[] {Values.number(value.text())});
  }

  /// Of each entry its id and, one after another, its fields and their values.
  private static List<Reply> values(Reply entries) throws IOException {
    List<Reply> values = new ArrayList<>();
    for (Reply entry : entries.items()) {
      values.add(entry.items().getLast().items().getLast());
    }
    return values;
  }

  private static Optional<long[]> elements(List<Reply> items) throws IOException {
    long[] elements = new long[items.size()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = Values.number(items.get(i).text());
    }
    return Optional.of(elements);
  }

  @Override
  public long copies(KeyName key, Optional<String> but) throws IOException {
    return but.isPresent() ? 0 : home.call("EXISTS", key.toString()).number();
  }

  @Override
  public long entries(String partition) throws IOException {
    return home.call("KEYS", partition + "*").items().size();
  }

  @Override
  public long setAside(String move) throws IOException {
    return home.call("KEYS", "drover:aside*:" + move + ":*").items().size();
  }

  /// Takes the last element of every list, and counts every counter on.
  @Override
  public int harm(String partition) throws IOException {
    int harmed = 0;
    for (Reply key : home.call("KEYS", partition + "*").items()) {
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
    return harmed;
  }

  @Override
  public void close() {
    home.close();
  }
}
