package dev.drover.redis.torture;

/// The scripts by which clients write, and the library of functions that says the same.
final class Scripts {
  /// Loaded at every home, where homes know functions.
  public static final String LIBRARY =
      """
      #!lua name=torture
      redis.register_function('torture_increment', function(KEYS, ARGV)
      %s
      end)
      """
          .formatted(increment());

  static final String FUNCTION = "torture_increment";

  /// Adds one to a counter; its one argument is the [Form].
  static final String INCREMENT = increment();

  /// Writes registers: for each key its form and its value.
  static final String SET =
      """
      for i, key in ipairs(KEYS) do
        if ARGV[2 * i - 1] == 'HASH' then
          redis.call('HSET', key, 'v', ARGV[2 * i])
        else
          redis.call('SET', key, ARGV[2 * i])
        end
      end
      return #KEYS
      """;

  /// Appends to a list and says its length.
  static final String PUSH =
      """
      if ARGV[1] == 'STREAM' then
        redis.call('XADD', KEYS[1], '*', 'v', ARGV[2])
        return redis.call('XLEN', KEYS[1])
      end
      return redis.call('RPUSH', KEYS[1], ARGV[2])
      """;

  private Scripts() {}

  private static String increment() {
    return """
        if ARGV[1] == 'HASH' then
          return redis.call('HINCRBY', KEYS[1], 'v', 1)
        elseif ARGV[1] == 'SORTED_SET' then
          return tonumber(redis.call('ZINCRBY', KEYS[1], 1, 'v'))
        end
        return redis.call('INCR', KEYS[1])
        """;
  }
}
