package dev.drover.redis.move;

import dev.drover.core.MoveId;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What a home keeps aside of a move until an operator decides: each key under
/// `drover:aside:MOVE:KEY`, or `drover:aside#N:MOVE:KEY` if that name is taken. A renamed key keeps
/// its value, its expiry and its size in memory, and no client of the scope sees it.
final class Aside {
  static final byte[] KEYS = Scope.utf8("drover:aside");

  /// How many names are shown.
  static final int NAMES_MAX = 100;

  private static final int NUMBERS_MAX = 10_000;
  private static final String SCAN_COUNT = "2000";

  private final MoveId move;

  Aside(MoveId move) {
    this.move = move;
  }

  /// Where a key stands aside.
  ///
  /// @param number 0 unless that name is taken
  byte[] name(int number, byte[] key) {
    String numbered = number == 0 ? "" : "#" + number;
    return Scope.concat(Scope.concat(KEYS, Scope.utf8(numbered + ":" + move.value() + ":")), key);
  }

  /// The key that stands aside under this name; empty if it is no key of this move.
  Optional<byte[]> original(byte[] name) {
    if (!Scope.startsWith(name, KEYS)) {
      return Optional.empty();
    }
    int at = KEYS.length;
    while (at < name.length && name[at] != ':') {
      if (name[at] != '#' && (name[at] < '0' || name[at] > '9')) {
        return Optional.empty();
      }
      at++;
    }
    byte[] head = Scope.utf8(":" + move.value() + ":");
    byte[] rest = Arrays.copyOfRange(name, at, name.length);
    return Scope.startsWith(rest, head)
        ? Optional.of(Arrays.copyOfRange(rest, head.length, rest.length))
        : Optional.empty();
  }

  /// Takes keys aside, as they are when it comes to them. Those that are gone by then need none.
  void take(FencedWriter writer, List<byte[]> keys) throws IOException, MoverException {
    List<byte[]> left = keys;
    for (int number = 0; !left.isEmpty(); number++) {
      if (number > NUMBERS_MAX) {
        throw new MoverException.Refused(
            "key "
                + Scope.shown(left.getFirst())
                + " stands aside "
                + NUMBERS_MAX
                + " times already: decide on it with 'drover strays'",
            null);
      }
      List<byte[][]> renames = new ArrayList<>();
      for (byte[] key : left) {
        renames.add(new byte[][] {Scope.utf8("RENAMENX"), key, name(number, key)});
      }
      List<byte[]> again = new ArrayList<>();
      List<Reply> replies = writer.tried(renames);
      for (int i = 0; i < left.size(); i++) {
        Reply reply = replies.get(i);
        if (reply instanceof Reply.Failure f) {
          if (!f.message().startsWith("ERR no such key")) {
            throw Failures.refused(writer.home(), f.message(), null);
          }
        } else if (reply.number() == 0) {
          again.add(left.get(i));
        }
      }
      left = again;
    }
  }

  /// Where the key that stands aside under this name would stand if it were taken once more.
  byte[] next(byte[] name) {
    int number = 0;
    for (int at = KEYS.length + 1; name[KEYS.length] == '#' && name[at] != ':'; at++) {
      number = 10 * number + name[at] - '0';
    }
    return name(number + 1, original(name).orElseThrow());
  }

  /// Told of pages of names.
  interface Page {
    void of(List<byte[]> names) throws IOException, MoverException, InterruptedException;
  }

  /// Walks over the names of all that stands aside of this move.
  void each(RespConnection connection, Page page)
      throws IOException, MoverException, InterruptedException {
    String cursor = "0";
    do {
      List<Reply> reply =
          connection.call("SCAN", cursor, "MATCH", "drover:aside*", "COUNT", SCAN_COUNT).items();
      cursor = reply.get(0).text();
      List<byte[]> names = new ArrayList<>();
      for (Reply one : reply.get(1).items()) {
        if (original(one.bytes()).isPresent()) {
          names.add(one.bytes());
        }
      }
      if (!names.isEmpty()) {
        page.of(names);
      }
    } while (!cursor.equals("0"));
  }

  /// All that stands aside at a home.
  ///
  /// @param strays whether it may have been written there after the last tail
  /// @param why in words
  Kept kept(RedisHome home, RespConnection connection, boolean strays, String why)
      throws IOException, MoverException, InterruptedException {
    KeySet seen = new KeySet(Integer.MAX_VALUE, 64L << 20);
    List<String> names = new ArrayList<>();
    long[] items = {0};
    each(
        connection,
        page -> {
          for (byte[] name : page) {
            if (seen.contains(name)) {
              continue;
            }
            seen.add(name);
            items[0]++;
            if (names.size() < NAMES_MAX) {
              names.add(Scope.shown(original(name).orElseThrow()));
            }
          }
        });
    return items[0] == 0 ? Kept.NOTHING : new Kept(home.id(), strays, why, items[0], names);
  }
}
