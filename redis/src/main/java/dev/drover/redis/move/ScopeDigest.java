package dev.drover.redis.move;

import dev.drover.core.PartitionId;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.List;
import java.util.function.LongConsumer;

/// The digest of a scope's content as it stands at one home: what a [Verifier] computes of two.
///
/// @param items how many keys
/// @param digest as lower-case hex
public record ScopeDigest(long items, String digest) {
  private static final int PAGE_KEYS = 512;

  /// How a digest was computed: it depends on what the older of the two homes knew.
  public enum Form {
    /// Both homes ran Redis 7.0 or later.
    BOTH_SEVEN,
    /// One of them did not: the time of an expiry is left out, and what only 7.0 knows of streams.
    OLDER
  }

  /// Reads all of a scope.
  ///
  /// @param nested prefixes of scopes inside it, whose keys are not its own
  /// @param progress is told how many keys were read
  public static ScopeDigest of(
      RedisHome home, PartitionId scope, List<String> nested, Form form, LongConsumer progress)
      throws IOException {
    RedisMoverOptions options = RedisMoverOptions.DEFAULT;
    Scope keys = new Scope(scope.name(), nested);
    try (RespConnection connection = Homes.connect(home, options);
        Scan scan = Scan.begin(Homes.connect(home, options), keys)) {
      ServerFacts facts = ServerFacts.read(connection);
      boolean seven = form == Form.BOTH_SEVEN && facts.atLeast(7, 0);
      Fingerprinter prints = new Fingerprinter(connection, facts, seven, options);
      Digest digest = new Digest();
      long items = 0;
      while (!scan.done()) {
        List<byte[]> found = scan.next();
        for (int at = 0; at < found.size(); at += PAGE_KEYS) {
          List<byte[]> page = found.subList(at, Math.min(found.size(), at + PAGE_KEYS));
          prints.ask(page);
          Fingerprint[] answers = prints.answers();
          for (int i = 0; i < answers.length; i++) {
            if (!answers[i].absent()) {
              answers[i].addTo(digest, page.get(i), seven);
              items++;
            }
          }
        }
        progress.accept(items);
      }
      return new ScopeDigest(items, digest.toString());
    }
  }
}
