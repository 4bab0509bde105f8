package dev.drover.redis.gateway;

import dev.drover.core.PartitionId;
import dev.drover.redis.move.RedisHome;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The ACL user of a home as which the scripts of one scope run (Redis 6.2 and later): it can reach
/// the keys of the scope, by the reviewed commands that name their keys, and nothing else. So the
/// server itself refuses what a script must not do.
///
/// All gateways give it the same rules and the same password, so whichever connects sets it anew.
/// The password is derived from the home's own, so that it stands nowhere and changes with it.
final class ScriptUser {
  private static final String NAME = "drover-script-";

  /// What a script may call beside commands on keys of its scope.
  private static final List<String> KEYLESS =
      List.of("eval", "evalsha", "eval_ro", "evalsha_ro", "fcall", "fcall_ro", "ping", "time");

  /// SORT may read any key by BY and GET, COPY may write into another database.
  private static final Set<String> NEVER = Set.of("sort", "sort_ro", "copy");

  private ScriptUser() {}

  static byte[] name(PartitionId scope) {
    byte[] mac = mac("scope".getBytes(StandardCharsets.US_ASCII), scope.name());
    return (NAME + HexFormat.of().formatHex(mac, 0, 8)).getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] password(RedisHome home, PartitionId scope) {
    String secret = home.user().orElse("default") + "\n" + home.password().orElse("");
    byte[] mac = mac(secret.getBytes(StandardCharsets.UTF_8), scope.name());
    return HexFormat.of().formatHex(mac).getBytes(StandardCharsets.US_ASCII);
  }

  /// The command that makes the user, or makes it anew.
  ///
  /// @param known the commands that the home has
  static List<byte[]> set(
      RedisHome home, PartitionId scope, CommandTable table, Set<String> known) {
    List<byte[]> command = new ArrayList<>();
    command.add("ACL".getBytes(StandardCharsets.US_ASCII));
    command.add("SETUSER".getBytes(StandardCharsets.US_ASCII));
    command.add(name(scope));
    for (String rule : List.of("reset", "on", "-@all")) {
      command.add(rule.getBytes(StandardCharsets.US_ASCII));
    }
    command.add(joined('>', password(home, scope)));
    command.add(joined('~', pattern(scope)));
    for (String name : commands(table, known)) {
      command.add(("+" + name).getBytes(StandardCharsets.US_ASCII));
    }
    return command;
  }

  private static Set<String> commands(CommandTable table, Set<String> known) {
    Set<String> names = new TreeSet<>();
    for (CommandSpec spec : table.all()) {
      boolean onKeys =
          (spec.kind() == CommandKind.READ || spec.kind() == CommandKind.WRITE)
              && !(spec.keys() instanceof KeyRule.None);
      int bar = spec.name().indexOf('|');
      String base = bar < 0 ? spec.name() : spec.name().substring(0, bar);
      if (onKeys && known.contains(base) && !NEVER.contains(spec.name())) {
        names.add(spec.name());
      }
    }
    KEYLESS.stream().filter(known::contains).forEach(names::add);
    return names;
  }

  /// The scope's prefix as a pattern that matches nothing else.
  private static byte[] pattern(PartitionId scope) {
    ByteArrayOutputStream pattern = new ByteArrayOutputStream();
    for (byte b : scope.name().getBytes(StandardCharsets.UTF_8)) {
      if (b == '*' || b == '?' || b == '[' || b == ']' || b == '\\' || b == '^') {
        pattern.write('\\');
      }
      pattern.write(b);
    }
    pattern.write('*');
    return pattern.toByteArray();
  }

  private static byte[] joined(char head, byte[] rest) {
    byte[] all = new byte[rest.length + 1];
    all[0] = (byte) head;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }

  private static byte[] mac(byte[] secret, String of) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac.doFinal(("drover script " + of).getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
