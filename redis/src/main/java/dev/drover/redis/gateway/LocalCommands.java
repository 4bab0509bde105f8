package dev.drover.redis.gateway;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Commands that concern the client's connection, answered by the gateway itself.
final class LocalCommands {
  private static final Set<String> LOCAL =
      Set.of("ping", "echo", "hello", "auth", "quit", "reset", "select", "info");
  private static final byte[] WRONG_PASSWORD =
      Resp.error("WRONGPASS invalid username-password pair or user is disabled.");

  private LocalCommands() {}

  static boolean isLocal(CommandSpec spec) {
    return LOCAL.contains(spec.name()) || spec.name().startsWith("client");
  }

  static boolean beforeLogin(CommandSpec spec) {
    return switch (spec.name()) {
      case "auth", "hello", "quit", "reset" -> true;
      default -> false;
    };
  }

  static void take(Client client, CommandSpec spec, RequestReader request, ByteBuf in) {
    String[] words = new String[request.arguments()];
    for (int i = 0; i < words.length; i++) {
      words[i] = KeyFinder.text(request, in, i);
    }
    client.consume();
    byte[] reply =
        switch (spec.name()) {
          case "ping" -> words.length > 1 ? Resp.bulk(words[1]) : Resp.PONG;
          case "echo" -> words.length == 2 ? Resp.bulk(words[1]) : arguments("echo");
          case "hello" -> hello(client, words);
          case "auth" -> auth(client, words);
          case "quit" -> Resp.OK;
          case "reset" -> reset(client);
          case "select" ->
              words.length == 2 && words[1].equals("0")
                  ? Resp.OK
                  : Resp.error("ERR the gateway serves database 0 only");
          case "info" -> Resp.bulk(client.lane().gateway().info());
          default -> client(client, words);
        };
    client.answer(reply);
    if (spec.name().equals("quit")) {
      client.closeAfterReplies();
    }
  }

  private static byte[] auth(Client client, String[] words) {
    Optional<String> password = client.lane().gateway().options().password();
    if (words.length < 2 || words.length > 3) {
      return arguments("auth");
    }
    if (password.isEmpty()) {
      return Resp.error(
          "ERR Client sent AUTH, but no password is set. Did you mean AUTH <username> <password>?");
    }
    boolean user = words.length == 2 || words[1].equals("default");
    return user && login(client, words[words.length - 1]) ? Resp.OK : WRONG_PASSWORD;
  }

  private static boolean login(Client client, String password) {
    byte[] wanted =
        client.lane().gateway().options().password().orElse("").getBytes(StandardCharsets.UTF_8);
    boolean right = MessageDigest.isEqual(wanted, password.getBytes(StandardCharsets.UTF_8));
    client.state.authenticated = client.state.authenticated || right;
    return right;
  }

  private static byte[] hello(Client client, String[] words) {
    boolean resp3 = client.state.resp3;
    if (words.length > 1) {
      switch (words[1]) {
        case "2" -> resp3 = false;
        case "3" -> resp3 = true;
        default -> {
          return Resp.error("NOPROTO unsupported protocol version");
        }
      }
    }
    boolean needed = client.lane().gateway().options().password().isPresent();
    for (int i = 2; i < words.length; i++) {
      String option = words[i].toUpperCase(Locale.ROOT);
      if (option.equals("AUTH") && i + 2 < words.length) {
        if (needed && !(words[i + 1].equals("default") && login(client, words[i + 2]))) {
          return WRONG_PASSWORD;
        }
        i += 2;
      } else if (option.equals("SETNAME") && i + 1 < words.length) {
        client.state.name = words[++i];
      } else {
        return Resp.error("ERR Syntax error in HELLO option '" + words[i] + "'");
      }
    }
    if (needed && !client.state.authenticated) {
      return Resp.error(
          "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used");
    }
    client.state.resp3 = resp3;
    return greeting(client, resp3);
  }

  private static byte[] greeting(Client client, boolean resp3) {
    String head = resp3 ? "%7\r\n" : "*14\r\n";
    String body =
        text("server")
            + text("redis")
            + text("version")
            + text(client.lane().gateway().redisVersion())
            + text("proto")
            + (resp3 ? ":3\r\n" : ":2\r\n")
            + text("id")
            + ":"
            + client.id()
            + "\r\n"
            + text("mode")
            + text("standalone")
            + text("role")
            + text("master")
            + text("modules")
            + "*0\r\n";
    return (head + body).getBytes(StandardCharsets.UTF_8);
  }

  private static String text(String text) {
    return "$" + text.length() + "\r\n" + text + "\r\n";
  }

  private static byte[] reset(Client client) {
    client.state.resp3 = false;
    client.state.name = "";
    client.state.authenticated = false;
    return "+RESET\r\n".getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] client(Client client, String[] words) {
    String sub = words.length > 1 ? words[1].toLowerCase(Locale.ROOT) : "";
    byte[] reply = clientReply(client, sub, words);
    return reply != null
        ? reply
        : Resp.error("ERR 'client " + sub + "' is not supported by the gateway yet");
  }

  private static byte @Nullable [] clientReply(Client client, String sub, String[] words) {
    return switch (sub) {
      case "setname" -> {
        client.state.name = words.length > 2 ? words[2] : "";
        yield Resp.OK;
      }
      case "getname" -> Resp.bulk(client.state.name);
      case "id" -> (":" + client.id() + "\r\n").getBytes(StandardCharsets.US_ASCII);
      case "info" ->
          Resp.bulk(
              "id="
                  + client.id()
                  + " addr="
                  + client.address()
                  + " name="
                  + client.state.name
                  + "\n");
      case "setinfo", "no-evict", "no-touch" -> Resp.OK;
      default -> null;
    };
  }

  private static byte[] arguments(String command) {
    return Resp.error("ERR wrong number of arguments for '" + command + "' command");
  }
}
