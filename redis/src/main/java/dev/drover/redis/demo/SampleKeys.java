package dev.drover.redis.demo;

import dev.drover.engine.demo.SampleContent;
import dev.drover.redis.server.RedisBinary;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// Keys of every type. Most are strings, some with an expiry; then hashes, lists, sets, sorted
/// sets, and streams with a group and a pending entry; and one hash of many fields.
final class SampleKeys implements SampleContent {
  private static final int BATCH = 500;
  private static final int BIG_BATCH = 500;
  private static final int BIG_FIELDS_MAX = 100_000;
  private static final int EXPIRY_SECONDS = 3_600;
  private static final int ELEMENTS = 5;

  private final int count;
  private final int bigFields;

  SampleKeys(int count) {
    this.count = count;
    this.bigFields = Math.min(BIG_FIELDS_MAX, Math.max(1_000, count / 2));
  }

  private enum Kind {
    STRING,
    EXPIRING,
    HASH,
    LIST,
    SET,
    ZSET,
    STREAM
  }

  @Override
  public String told() {
    return String.format(
        Locale.ROOT, "%,d keys of every type and a hash of %,d fields", count, bigFields);
  }

  private static Kind kind(int i) {
    if (i % 1_000 == 9) {
      return Kind.STREAM;
    }
    return switch (i % 100) {
      case 0, 1 -> Kind.HASH;
      case 2, 3 -> Kind.LIST;
      case 4, 5 -> Kind.SET;
      case 6, 7 -> Kind.ZSET;
      case 10, 11, 12, 13, 14 -> Kind.EXPIRING;
      default -> Kind.STRING;
    };
  }

  private static String key(int i) {
    return RedisDemoKit.SCOPE + "k:" + i;
  }

  private static String bigKey() {
    return RedisDemoKit.SCOPE + "big";
  }

  private static String value(int i) {
    return "value-" + i + "-" + Integer.toHexString(i * 0x9E3779B1) + "-".repeat(i % 64);
  }

  @Override
  public void fill(int port) throws IOException {
    try (RespConnection home = RedisBinary.connect(port)) {
      fill(home);
    }
  }

  private void fill(RespConnection to) throws IOException {
    int outstanding = 0;
    for (int i = 0; i < count; i++) {
      outstanding += write(to, i);
      if (outstanding >= BATCH) {
        outstanding = drained(to, outstanding);
      }
    }
    for (int from = 0; from < bigFields; from += BIG_BATCH) {
      int fields = Math.min(BIG_BATCH, bigFields - from);
      to.begin(2 + 2 * fields).arg("HSET").arg(bigKey());
      for (int f = from; f < from + fields; f++) {
        to.arg("field-" + f).arg("v" + f);
      }
      outstanding++;
    }
    drained(to, outstanding);
  }

  private static int drained(RespConnection from, int replies) throws IOException {
    from.flush();
    for (int i = 0; i < replies; i++) {
      from.answered();
    }
    return 0;
  }

  /// Appends the commands that make one key.
  ///
  /// @return how many replies they have
  private static int write(RespConnection to, int i) throws IOException {
    String key = key(i);
    String value = value(i);
    switch (kind(i)) {
      case STRING -> to.send("SET", key, value);
      case EXPIRING -> to.send("SET", key, value, "EX", Integer.toString(EXPIRY_SECONDS));
      case HASH -> to.send("HSET", key, "a", value, "b", "2", "c", "3");
      case LIST -> to.send("RPUSH", key, "1", value, "3", "2", "1");
      case SET -> to.send("SADD", key, "x", "y", value);
      case ZSET -> to.send("ZADD", key, "1", "one", "2.5", value);
      case STREAM -> {
        for (int n = 1; n <= ELEMENTS; n++) {
          to.send("XADD", key, n + "-1", "field", value);
        }
        to.send("XGROUP", "CREATE", key, "group", "0");
        to.send("XREADGROUP", "GROUP", "group", "reader", "COUNT", "2", "STREAMS", key, ">");
        return ELEMENTS + 2;
      }
    }
    return 1;
  }

  @Override
  public Checked check(int port) throws IOException {
    List<String> wrong = new ArrayList<>();
    try (RespConnection gateway = RedisBinary.connect(port)) {
      check(gateway, wrong);
      checkBig(gateway, wrong);
    }
    return Checked.of(count + 1, wrong);
  }

  private void check(RespConnection from, List<String> wrong) throws IOException {
    for (int start = 0; start < count; start += BATCH) {
      int end = Math.min(count, start + BATCH);
      for (int i = start; i < end; i++) {
        ask(from, i);
      }
      from.flush();
      for (int i = start; i < end; i++) {
        if (!right(from, i)) {
          wrong.add(key(i));
        }
      }
    }
  }

  private static void ask(RespConnection to, int i) throws IOException {
    String key = key(i);
    switch (kind(i)) {
      case STRING -> to.send("GET", key);
      case EXPIRING -> to.send("GET", key).send("TTL", key);
      case HASH -> to.send("HGETALL", key);
      case LIST -> to.send("LRANGE", key, "0", "-1");
      case SET -> to.send("SMEMBERS", key);
      case ZSET -> to.send("ZRANGE", key, "0", "-1", "WITHSCORES");
      case STREAM -> to.send("XRANGE", key, "-", "+").send("XPENDING", key, "group");
    }
  }

  private static boolean right(RespConnection from, int i) throws IOException {
    Reply reply = from.read();
    String value = value(i);
    return switch (kind(i)) {
      case STRING -> text(reply).equals(value);
      case EXPIRING -> {
        Reply ttl = from.read();
        yield text(reply).equals(value)
            && ttl instanceof Reply.Int left
            && left.value() > 0
            && left.value() <= EXPIRY_SECONDS;
      }
      case HASH -> sorted(reply).equals(sorted(List.of("a", value, "b", "2", "c", "3")));
      case LIST -> texts(reply).equals(List.of("1", value, "3", "2", "1"));
      case SET -> sorted(reply).equals(sorted(List.of("x", "y", value)));
      case ZSET -> texts(reply).equals(List.of("one", "1", value, "2.5"));
      case STREAM -> {
        Reply pending = from.read();
        List<String> entries = texts(reply);
        yield entries.size() == 3 * ELEMENTS
            && entries.getFirst().equals("1-1")
            && entries.getLast().equals(value)
            && texts(pending).equals(List.of("2", "1-1", "2-1", "reader", "2"));
      }
    };
  }

  private void checkBig(RespConnection from, List<String> wrong) throws IOException {
    List<String> all = texts(from.call("HGETALL", bigKey()));
    boolean right = all.size() == 2 * bigFields;
    for (int i = 0; right && i < all.size(); i += 2) {
      right = all.get(i).equals("field-" + all.get(i + 1).substring(1));
    }
    if (!right) {
      wrong.add(bigKey());
    }
  }

  private static String text(Reply reply) throws IOException {
    return reply instanceof Reply.Bulk bulk ? bulk.text() : "";
  }

  /// All texts in a reply, however they are nested.
  private static List<String> texts(Reply reply) throws IOException {
    List<String> all = new ArrayList<>();
    flatten(reply, all);
    return all;
  }

  private static void flatten(Reply reply, List<String> into) throws IOException {
    if (reply instanceof Reply.Array array) {
      for (Reply each : array.elements()) {
        flatten(each, into);
      }
    } else if (!reply.isNil()) {
      into.add(reply instanceof Reply.Failure failure ? failure.message() : reply.text());
    }
  }

  private static List<String> sorted(Reply reply) throws IOException {
    return sorted(texts(reply));
  }

  private static List<String> sorted(List<String> texts) {
    List<String> copy = new ArrayList<>(texts);
    Collections.sort(copy);
    return copy;
  }
}
