package dev.drover.redis.move;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Which elements of a hash, a set or a sorted set a command writes, by the command's grammar. What
/// is not known here may write anything.
final class ElementWrites {
  /// They leave the elements of the keys that they name as they are. A script's own commands are
  /// shown by themselves. Whatever removes a key as a whole shows in the number of its elements.
  private static final Set<String> NONE =
      Set.of(
          "hget hmget hgetall hkeys hvals hlen hexists hscan hstrlen hrandfield hpttl httl"
              .concat(" hexpiretime hpexpiretime sismember smismember smembers scard sscan")
              .concat(" srandmember sinter sunion sdiff sintercard zscore zmscore zcard zscan")
              .concat(" zrange zrangebyscore zrangebylex zrevrange zrevrangebyscore")
              .concat(" zrevrangebylex zrank zrevrank zcount zlexcount zrandmember zinter zunion")
              .concat(" zdiff zintercard geodist geohash geopos geosearch georadius_ro")
              .concat(" georadiusbymember_ro type exists ttl pttl expiretime pexpiretime expire")
              .concat(" pexpire expireat pexpireat persist touch object memory dump watch eval")
              .concat(" evalsha eval_ro evalsha_ro fcall fcall_ro get getrange substr strlen mget")
              .concat(" getbit bitcount bitpos llen lindex lrange xlen xrange xrevrange")
              .split(" "));

  /// Commands of one key, the first argument: what else they are given may be long.
  private static final Set<String> ONE_KEY =
      Set.of(
          "set setex psetex setnx getset append setrange rpush lpush rpushx lpushx lset xadd"
              .concat(" pfadd restore publish hset hmset hsetnx hincrby hincrbyfloat hdel sadd")
              .concat(" srem zadd zincrby zrem")
              .split(" "));

  private static final Set<String> ZADD_OPTIONS = Set.of("nx", "xx", "gt", "lt", "ch", "incr");
  private static final String OWN_DATABASE = "0";

  private ElementWrites() {}

  /// The elements of `key` that a command may have written; empty if that cannot be told.
  static Optional<List<byte[]>> of(MonitorLine line, byte[] key) {
    List<byte[]> words = line.words();
    String name = lower(words.getFirst());
    if (!line.database().equals(OWN_DATABASE)) {
      // Two commands reach from one database into another one.
      boolean reaches = name.equals("copy") || name.equals("move");
      return reaches ? Optional.empty() : Optional.of(List.of());
    }
    if (NONE.contains(name)) {
      return Optional.of(List.of());
    }
    if (name.equals("smove")) {
      return words.size() == 4 ? Optional.of(words.subList(3, 4)) : Optional.empty();
    }
    if (ONE_KEY.contains(name) && words.size() > 1 && !Arrays.equals(words.get(1), key)) {
      return Optional.of(List.of());
    }
    return switch (name) {
      case "hset", "hmset" -> each(words, 2, 2);
      case "hsetnx", "hincrby", "hincrbyfloat" -> each(words, 2, words.size());
      case "hdel", "sadd", "srem", "zrem" -> each(words, 2, 1);
      case "zincrby" -> each(words, 3, words.size());
      case "zadd" -> each(words, members(words), 2);
      default -> Optional.empty();
    };
  }

  /// Whether a command of which only the beginning is known surely leaves `key` alone.
  static boolean spares(MonitorLine cut, byte[] key) {
    List<byte[]> words = cut.words();
    if (words.isEmpty()) {
      return false;
    }
    String name = lower(words.getFirst());
    return NONE.contains(name)
        || (words.size() > 1 && ONE_KEY.contains(name) && !Arrays.equals(words.get(1), key));
  }

  private static Optional<List<byte[]>> each(List<byte[]> words, int first, int step) {
    if (first >= words.size()) {
      return Optional.empty();
    }
    List<byte[]> names = new ArrayList<>();
    for (int i = first; i < words.size(); i += step) {
      names.add(words.get(i));
    }
    return Optional.of(names);
  }

  /// Where the first member of a ZADD stands: behind the options and a score.
  private static int members(List<byte[]> words) {
    int at = 2;
    while (at < words.size() && ZADD_OPTIONS.contains(lower(words.get(at)))) {
      at++;
    }
    return at + 1;
  }

  private static String lower(byte[] word) {
    return new String(word, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
  }
}
