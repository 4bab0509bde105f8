package dev.drover.redis.gateway;

import dev.drover.redis.gateway.ClientState.Unmet;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/// Commands that concern the client's connection, answered by the gateway itself. What clients send
/// stays bytes.
final class LocalCommands {
  private static final byte[] WRONG_PASSWORD =
      Resp.error("WRONGPASS invalid username-password pair or user is disabled.");
  private static final byte[] DEFAULT_USER = "default".getBytes(StandardCharsets.US_ASCII);

  private final Client client;
  private final CommandSpec spec;
  private final byte[][] words;

  private LocalCommands(Client client, CommandSpec spec, byte[][] words) {
    this.client = client;
    this.spec = spec;
    this.words = words;
  }

  static boolean isLocal(CommandSpec spec) {
    return spec.kind() == CommandKind.LOCAL || spec.kind() == CommandKind.STATE;
  }

  static boolean beforeLogin(CommandSpec spec) {
    return switch (spec.name()) {
      case "auth", "hello", "quit", "reset" -> true;
      default -> false;
    };
  }

  /// Answers the request that the client's reader has found at the start of `in`.
  static void take(Client client, CommandSpec spec, RequestReader request, ByteBuf in) {
    byte[][] words = new byte[request.arguments()][];
    for (int i = 0; i < words.length; i++) {
      words[i] = new byte[request.length(i)];
      in.getBytes(in.readerIndex() + request.offset(i), words[i]);
    }
    client.consume();
    byte[] reply = new LocalCommands(client, spec, words).reply();
    if (Arrays.equals(reply, WRONG_PASSWORD)) {
      client.answerLater(reply, client.loop().serving().logins().failed(client.host()));
    } else {
      client.answer(reply);
    }
    if (spec.name().equals("quit")) {
      client.closeAfterReplies();
    }
  }

  private byte[] reply() {
    return switch (spec.name()) {
      case "ping" ->
          switch (words.length) {
            case 1 -> Resp.PONG;
            case 2 -> Resp.bulk(words[1]);
            default -> arguments();
          };
      case "echo" -> words.length == 2 ? Resp.bulk(words[1]) : arguments();
      case "hello" -> hello();
      case "auth" -> auth();
      case "quit" -> Resp.OK;
      case "reset" -> reset();
      case "select" -> select();
      case "info" ->
          Resp.bulk(client.loop().serving().info(client.loop().shared().clients().getAsInt()));
      case "multi" -> unmet(Unmet.MULTI, "'multi' is not supported by the gateway yet");
      case "exec" -> exec();
      case "discard" -> discard();
      case "asking" -> unmet(Unmet.ASKING, "'asking' is of no use here: this is not a cluster");
      case "client|reply" -> clientReply();
      case "client|setname" -> setName();
      case "client|getname" -> Resp.bulk(client.state.name);
      case "client|id" -> Resp.number(client.id());
      case "client|info" -> clientInfo();
      case "client|setinfo" -> Resp.OK;
      default -> throw new IllegalStateException("nobody answers '" + spec.name() + "'");
    };
  }

  private byte[] unmet(Unmet what, String why) {
    client.state.unmet = what;
    return Resp.error("ERR " + why);
  }

  private byte[] exec() {
    boolean refused = client.state.unmet == Unmet.MULTI;
    client.state.unmet = null;
    return Resp.error(
        refused
            ? "EXECABORT Transaction discarded: the gateway does not support MULTI yet; nothing was done"
            : "ERR EXEC without MULTI");
  }

  private byte[] discard() {
    boolean refused = client.state.unmet == Unmet.MULTI;
    client.state.unmet = null;
    return refused ? Resp.OK : Resp.error("ERR DISCARD without MULTI");
  }

  private byte[] select() {
    if (words.length != 2) {
      return arguments();
    }
    if (words[1].length == 1 && words[1][0] == '0') {
      client.state.unmet = null;
      return Resp.OK;
    }
    return unmet(Unmet.SELECT, "the gateway serves database 0 only");
  }

  private byte[] clientReply() {
    if (words.length == 3 && is(words[2], "on")) {
      client.state.unmet = null;
      return Resp.OK;
    }
    return unmet(
        Unmet.REPLY,
        "the gateway answers every command: CLIENT REPLY OFF and SKIP are not supported");
  }

  // --- login

  private byte[] auth() {
    Optional<String> password = client.loop().serving().options().password();
    if (words.length < 2 || words.length > 3) {
      return arguments();
    }
    if (password.isEmpty() && words.length == 3 && MessageDigest.isEqual(words[1], DEFAULT_USER)) {
      return Resp.OK;
    }
    if (password.isEmpty()) {
      return Resp.error(
          "ERR Client sent AUTH, but no password is set. Did you mean AUTH <username> <password>?");
    }
    boolean user = words.length == 2 || MessageDigest.isEqual(words[1], DEFAULT_USER);
    if (!user || !login(words[words.length - 1])) {
      return WRONG_PASSWORD;
    }
    client.state.unmet = null;
    return Resp.OK;
  }

  private boolean login(byte[] password) {
    byte[] wanted =
        client.loop().serving().options().password().orElse("").getBytes(StandardCharsets.UTF_8);
    boolean right = MessageDigest.isEqual(wanted, password);
    client.state.authenticated = client.state.authenticated || right;
    return right;
  }

  private byte[] hello() {
    byte[] refusal = helloRefusal();
    if (refusal.length > 0) {
      client.state.unmet = Unmet.HELLO;
      return refusal;
    }
    client.state.unmet = null;
    if (words.length > 1) {
      client.state.resp3 = words[1][0] == '3';
    }
    return greeting();
  }

  /// Looks at the options and logs in. Empty if nothing stands against it.
  private byte[] helloRefusal() {
    boolean version =
        words.length == 1 || (words[1].length == 1 && (words[1][0] == '2' || words[1][0] == '3'));
    if (!version) {
      return Resp.error("NOPROTO unsupported protocol version");
    }
    boolean needed = client.loop().serving().options().password().isPresent();
    byte[] name = client.state.name;
    for (int i = 2; i < words.length; i++) {
      if (is(words[i], "auth") && i + 2 < words.length) {
        boolean right =
            !needed || (MessageDigest.isEqual(words[i + 1], DEFAULT_USER) && login(words[i + 2]));
        if (!right) {
          return WRONG_PASSWORD;
        }
        i += 2;
      } else if (is(words[i], "setname") && i + 1 < words.length && nameable(words[i + 1])) {
        name = words[++i];
      } else {
        return Resp.error("ERR Syntax error in HELLO");
      }
    }
    if (needed && !client.state.authenticated) {
      return Resp.error(
          "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used");
    }
    client.state.name = name;
    return new byte[0];
  }

  private byte[] greeting() {
    boolean resp3 = client.state.resp3;
    String head = resp3 ? "%7\r\n" : "*14\r\n";
    String body =
        text("server")
            + text("redis")
            + text("version")
            + text(client.loop().serving().redisVersion())
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

  private byte[] reset() {
    client.state.resp3 = false;
    client.state.name = new byte[0];
    client.state.authenticated = false;
    client.state.unmet = null;
    return "+RESET\r\n".getBytes(StandardCharsets.US_ASCII);
  }

  // --- the client's own

  private byte[] setName() {
    if (words.length != 3) {
      return arguments();
    }
    if (!nameable(words[2])) {
      return Resp.error("ERR Client names cannot contain spaces, newlines or special characters.");
    }
    client.state.name = words[2];
    return Resp.OK;
  }

  private static boolean nameable(byte[] name) {
    for (byte b : name) {
      if (b < '!' || b > '~') {
        return false;
      }
    }
    return true;
  }

  private byte[] clientInfo() {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    line.writeBytes(
        ("id=" + client.id() + " addr=" + client.address() + " name=")
            .getBytes(StandardCharsets.UTF_8));
    line.writeBytes(client.state.name);
    line.write('\n');
    return Resp.bulk(line.toByteArray());
  }

  /// Whether an option word is `wanted`, in any case. One with a NUL never is.
  private static boolean is(byte[] word, String wanted) {
    return new String(word, StandardCharsets.ISO_8859_1).equalsIgnoreCase(wanted);
  }

  private byte[] arguments() {
    return Resp.error("ERR wrong number of arguments for '" + spec.name() + "' command");
  }
}
