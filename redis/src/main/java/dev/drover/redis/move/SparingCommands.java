package dev.drover.redis.move;

import java.util.Arrays;
import java.util.Set;

/// Commands that leave the elements of a watched key as they are, though their line in MONITOR
/// names it.
final class SparingCommands {
  /// They change no element of any key. A script's own commands are shown by themselves.
  private static final Set<String> READS =
      Set.of(
          "hget hmget hgetall hkeys hvals hlen hexists hscan hstrlen hrandfield hpttl httl"
              .concat(" hexpiretime hpexpiretime sismember smismember smembers scard sscan")
              .concat(" srandmember sinter sunion sdiff sintercard zscore zmscore zcard zscan")
              .concat(" zrange zrangebyscore zrangebylex zrevrange zrevrangebyscore")
              .concat(" zrevrangebylex zrank zrevrank zcount zlexcount zrandmember zinter zunion")
              .concat(" zdiff zintercard geodist geohash geopos geosearch georadius_ro")
              .concat(" georadiusbymember_ro type exists ttl pttl expiretime pexpiretime touch")
              .concat(" object memory dump watch eval evalsha eval_ro evalsha_ro fcall fcall_ro")
              .concat(" get getrange substr strlen mget getbit bitcount bitpos bitfield_ro llen")
              .concat(" lindex lrange lpos sort_ro xlen xrange xrevrange xinfo xread xpending")
              .split(" "));

  /// Commands of one key, the first argument: what else they are given may be long.
  private static final Set<String> ONE_KEY =
      Set.of(
          "set setex psetex setnx getset append setrange setbit bitfield rpush lpush rpushx lpushx"
              .concat(" lset xadd pfadd restore publish hset hmset hsetnx hincrby hincrbyfloat")
              .concat(" hdel sadd srem zadd zincrby zrem")
              .split(" "));

  private static final String OWN_DATABASE = "0";

  private SparingCommands() {}

  /// @param line whole, or cut
  static boolean spare(MonitorLine line, byte[] key) {
    if (line.words().isEmpty()) {
      return false;
    }
    String name = line.name();
    if (!line.database().equals(OWN_DATABASE)) {
      // Two commands reach from one database into another one.
      return !name.equals("copy") && !name.equals("move");
    }
    return READS.contains(name)
        || (ONE_KEY.contains(name)
            && line.words().size() > 1
            && !Arrays.equals(line.words().get(1), key));
  }
}
