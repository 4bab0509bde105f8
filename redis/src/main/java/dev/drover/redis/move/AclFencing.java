package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Shuts users of the old home out of a scope by ACL (Redis 7.0): they may go on reading what they
/// could read, and writing every configured prefix except the fenced ones.
///
/// What the users could reach before is kept at that home until the last fence is lifted, in the
/// hash `drover:acl:users` (key patterns and selectors, no passwords), beside the set
/// `drover:acl:fenced`; both change in one transaction with the rules. Rules that are not in an ACL
/// file are gone after a restart of the server, and the fence with them.
///
/// Both directions take effect only while the home's [Fence] shows this driver's term, so that one
/// who was overtaken cannot shut users out after its successor has let them in. Whoever calls has
/// raised it.
final class AclFencing {
  static final String KEYS = "drover:acl:";
  private static final String USERS = KEYS + "users";
  private static final String FENCED = KEYS + "fenced";
  private static final int TRIES_MAX = 20;

  private final RedisHome home;
  private final Scope scope;
  private final Fence fence;

  /// @param fence of this home
  AclFencing(Scope scope, Fence fence) {
    this.home = fence.home();
    this.scope = scope;
    this.fence = fence;
  }

  /// Whether this home can be fenced for this scope alone.
  boolean possible(ServerFacts facts) {
    return facts.atLeast(7, 0) && home.aclFence().filter(this::separable).isPresent();
  }

  /// Takes the scope from the users. Idempotent.
  ///
  /// @throws MoverException.Fenced if a higher term was seen at this home
  void raise(RespConnection connection) throws IOException, MoverException {
    RedisHome.AclFence configured = home.aclFence().orElseThrow();
    boolean done = false;
    for (int i = 0; i < TRIES_MAX && !done; i++) {
      fence.watch(connection);
      connection.call("WATCH", USERS, FENCED);
      Map<String, String> saved = saved(connection);
      Set<String> fenced = fenced(connection);
      fenced.add(scope.name());
      List<String[]> commands = new ArrayList<>();
      commands.add(new String[] {"SADD", FENCED, scope.name()});
      for (String user : configured.users()) {
        String rules = saved.get(user);
        if (rules == null) {
          rules = keyRules(connection, user);
          commands.add(new String[] {"HSET", USERS, user, rules});
        }
        commands.add(setUser(user, fencedRules(rules, configured, fenced)));
      }
      done = transact(connection, commands);
    }
    if (!done) {
      throw new MoverException.Unreachable(home + ": its ACL fence is changed all the time", null);
    }
    for (String user : configured.users()) {
      // A command that was blocked already (BLMOVE) would still write.
      connection.call("CLIENT", "KILL", "USER", user);
    }
  }

  /// Gives back what this scope's fence has taken. Idempotent.
  ///
  /// @throws MoverException.Fenced if a higher term was seen at this home
  void lift(RespConnection connection) throws IOException, MoverException {
    for (int i = 0; i < TRIES_MAX; i++) {
      fence.watch(connection);
      connection.call("WATCH", USERS, FENCED);
      Set<String> fenced = fenced(connection);
      if (!fenced.remove(scope.name())) {
        connection.call("UNWATCH");
        return;
      }
      List<String[]> commands = new ArrayList<>();
      commands.add(new String[] {"SREM", FENCED, scope.name()});
      RedisHome.AclFence configured =
          home.aclFence().orElse(new RedisHome.AclFence(List.of(), List.of()));
      for (Map.Entry<String, String> one : saved(connection).entrySet()) {
        if (fenced.isEmpty()) {
          commands.add(setUser(one.getKey(), tokens(one.getValue())));
          commands.add(new String[] {"HDEL", USERS, one.getKey()});
        } else {
          commands.add(setUser(one.getKey(), fencedRules(one.getValue(), configured, fenced)));
        }
      }
      if (transact(connection, commands)) {
        return;
      }
    }
    throw new MoverException.Unreachable(home + ": its ACL fence is changed all the time", null);
  }

  /// Whether the scope can be taken out of the writable prefixes: none of them may hold more than
  /// it.
  private boolean separable(RedisHome.AclFence fence) {
    boolean known = false;
    for (String prefix : fence.writablePrefixes()) {
      if (scope.name().startsWith(prefix) && !prefix.equals(scope.name())) {
        return false;
      }
      known |= prefix.equals(scope.name());
      if (prefix.chars().anyMatch(Character::isWhitespace)) {
        return false;
      }
    }
    return known;
  }

  private static boolean transact(RespConnection connection, List<String[]> commands)
      throws IOException {
    connection.call("MULTI");
    for (String[] command : commands) {
      connection.call(command);
    }
    Reply executed = connection.call("EXEC");
    for (Reply reply : executed.items()) {
      if (reply instanceof Reply.Failure f) {
        throw new RespFailure(connection.endpoint().toString(), f.message());
      }
    }
    return !executed.isNil();
  }

  private static String[] setUser(String user, List<String> rules) {
    List<String> command =
        new ArrayList<>(List.of("ACL", "SETUSER", user, "clearselectors", "resetkeys"));
    command.addAll(rules);
    return command.toArray(String[]::new);
  }

  private static List<String> fencedRules(
      String rules, RedisHome.AclFence configured, Set<String> fenced) {
    List<String> result = new ArrayList<>();
    for (String token : tokens(rules)) {
      if (token.startsWith("~")) {
        result.add("%R" + token);
      } else if (token.startsWith("%R~")) {
        result.add(token);
      } else if (token.startsWith("%RW~") || token.startsWith("%WR~")) {
        result.add("%R" + token.substring(3));
      }
    }
    for (String prefix : configured.writablePrefixes()) {
      if (!fenced.contains(prefix)) {
        result.add("~" + Scope.utf8Text(new Scope(prefix, List.of()).pattern()));
      }
    }
    return result;
  }

  private static Map<String, String> saved(RespConnection connection) throws IOException {
    Map<String, String> saved = new HashMap<>();
    List<Reply> pairs = connection.call("HGETALL", USERS).items();
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      saved.put(pairs.get(i).text(), pairs.get(i + 1).text());
    }
    return saved;
  }

  private static Set<String> fenced(RespConnection connection) throws IOException {
    Set<String> names = new TreeSet<>();
    for (Reply name : connection.call("SMEMBERS", FENCED).items()) {
      names.add(name.text());
    }
    return names;
  }

  /// The key patterns and selectors of a user, as the server lists them.
  private String keyRules(RespConnection connection, String user)
      throws IOException, MoverException {
    for (Reply line : connection.call("ACL", "LIST").items()) {
      List<String> tokens = tokens(line.text());
      if (tokens.size() > 1 && tokens.get(1).equals(user)) {
        return String.join(
            " ",
            tokens.subList(2, tokens.size()).stream()
                .filter(t -> t.startsWith("~") || t.startsWith("%") || t.startsWith("("))
                .toList());
      }
    }
    throw new MoverException.Refused(
        home + " has no user " + user + ", whom its configuration wants fenced", null);
  }

  /// Splits a line at its spaces, except inside a selector's parentheses.
  private static List<String> tokens(String line) {
    List<String> tokens = new ArrayList<>();
    int begin = 0;
    int depth = 0;
    for (int i = 0; i <= line.length(); i++) {
      char c = i < line.length() ? line.charAt(i) : ' ';
      if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      } else if (c == ' ' && depth == 0) {
        if (i > begin) {
          tokens.add(line.substring(begin, i));
        }
        begin = i + 1;
      }
    }
    return tokens;
  }
}
