package dev.drover.redis.gateway;

import dev.drover.core.gate.Gate;
import dev.drover.gateway.net.Admission;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides where a request goes, lets it through the gate, and decides whether a reply may be
/// passed on (docs/design.md, G2, G5, G6). One for each event loop.
final class Dispatcher implements Client.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final int NAME_SHOWN_MAX = 64;
  private static final int KEY_BYTES_MAX = 100;
  private static final byte[] UNSURE =
      Resp.error(
          "UNKNOWN the gateway could not be sure of its lease when the home answered; the write may or may not have been kept");

  private final LoopState lane;
  private final FreshPath fresh;
  private final Scripting scripting;
  private final AskAgain again;
  private final Keys keys = new Keys();

  Dispatcher(LoopState lane) {
    this.lane = lane;
    this.fresh = new FreshPath(lane);
    this.again = new AskAgain(lane);
    this.scripting = lane.scripting();
  }

  @Override
  public boolean dispatch(Client client, ByteBuf in, boolean whole) {
    RequestReader request = client.reader();
    CommandSpec spec = lane.serving().table().find(request, in);
    if (spec == null && isWebPage(request, in)) {
      LOG.warn(
          "closed the connection of {}: it speaks HTTP. A web page may have sent it",
          client.address());
      client.closeAfterReplies();
      return false;
    }
    byte[] refusal = refusal(client, spec, request, in);
    if (refusal != null || spec == null) {
      return refuse(client, whole, Objects.requireNonNull(refusal));
    }
    if (LocalCommands.isLocal(spec)) {
      if (!whole) {
        return waitForRest(client, in);
      }
      LocalCommands.take(client, spec, request, in);
      return true;
    }
    if (!whole) {
      return large(client, spec, in);
    }
    int count = spec.keys().find(request, in, keys.clear());
    if (count < 0) {
      return refuse(client, true, malformed(spec));
    }
    if (count == 0 && spec.write() && !scripting.keylessAllowed(spec)) {
      return refuse(client, true, noKey(spec));
    }
    Gate gate = count == 0 ? null : gateOf(request, in, keys.place(0));
    for (int i = 0; i < count; i++) {
      if (ownKey(request, in, keys.place(i))) {
        return refuse(client, true, OWN_KEY);
      }
      Gate other = i == 0 ? gate : gateOf(request, in, keys.place(i));
      if (other != gate) {
        return refuse(client, true, crossScope(gate, other));
      }
    }
    if (spec.kind().isScript()) {
      String why = scripting.refused(gate, lane.serving().scopes());
      if (why != null) {
        return refuse(client, true, Resp.error(why));
      }
    }
    if (gate != null && lane.serving().fresh()) {
      return fresh.take(client, spec, gate, in);
    }
    return send(client, spec, gate, in, count);
  }

  @Override
  public void askAlone(Client client, Command command) {
    again.askAlone(client, command);
  }

  @Override
  public void ask(Client client, Command command) {
    again.ask(client, command);
  }

  @Override
  public boolean askElsewhere(Client client, Command command) {
    return again.askElsewhere(client, command);
  }

  /// Whether a browser was made to speak to this port: what a page puts into a request's body would
  /// be taken for commands. Redis closes on the same two words.
  private static boolean isWebPage(RequestReader request, ByteBuf in) {
    return request.noted() > 0
        && (OptionWords.is(request, in, 0, "post") || OptionWords.is(request, in, 0, "host:"));
  }

  // --- refusals

  private byte @Nullable [] refusal(
      Client client, @Nullable CommandSpec spec, RequestReader request, ByteBuf in) {
    if (client.mustLogIn() && (spec == null || !LocalCommands.beforeLogin(spec))) {
      return Resp.error("NOAUTH Authentication required.");
    }
    ClientState.Unmet unmet = client.state.unmet;
    if (unmet != null && (spec == null || !unmet.lets(spec))) {
      if (unmet == ClientState.Unmet.ASKING) {
        client.state.unmet = null;
      }
      return unmet.refusal();
    }
    if (spec == null) {
      return Resp.error(
          "ERR unknown command '"
              + name(request, in)
              + "': it is not in the gateway's table of commands, or the homes do not have it");
    }
    return switch (spec.kind()) {
      case BLOCKS ->
          Resp.error(
              "ERR '" + spec.name() + "' would block, which the gateway does not support yet");
      case REFUSED ->
          Resp.error(
              "ERR '"
                  + spec.name()
                  + "' is not supported by the gateway yet"
                  + (spec.whyRefused().isEmpty() ? "" : ": " + spec.whyRefused()));
      case READ, WRITE, SCRIPT, SCRIPT_READ, LOCAL, STATE -> null;
    };
  }

  /// The command's name as it may stand in an error: what can be printed, all else as `?`.
  private static String name(RequestReader request, ByteBuf in) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < Math.min(request.noted(), 2); i++) {
      int at = in.readerIndex() + request.offset(i);
      name.append(i == 0 ? "" : " ");
      for (int k = 0; k < Math.min(request.length(i), NAME_SHOWN_MAX); k++) {
        byte b = in.getByte(at + k);
        name.append(b >= ' ' && b <= '~' ? (char) b : '?');
      }
    }
    return name.toString();
  }

  private byte[] malformed(CommandSpec spec) {
    return Resp.error("ERR '" + spec.name() + "': " + keys.refusal());
  }

  private static byte[] noKey(CommandSpec spec) {
    return Resp.error(
        "ERR '"
            + spec.name()
            + "' names no key, so the gateway does not know where it belongs"
            + (spec.kind().isScript() ? "; declare the keys of one scope" : ""));
  }

  private static final byte[] OWN_KEY =
      Resp.error("NOPERM keys that begin with 'drover:' are Drover's own");
  private static final byte[] OWN_PREFIX = "drover:".getBytes(StandardCharsets.US_ASCII);

  private static boolean ownKey(RequestReader request, ByteBuf in, int argument) {
    if (request.length(argument) < OWN_PREFIX.length) {
      return false;
    }
    int at = in.readerIndex() + request.offset(argument);
    for (int i = 0; i < OWN_PREFIX.length; i++) {
      if (in.getByte(at + i) != OWN_PREFIX[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] crossScope(@Nullable Gate a, @Nullable Gate b) {
    String none = "(no scope)";
    return Resp.error(
        "CROSSSCOPE keys of one command must be in one scope: "
            + (a == null ? none : "'" + a.partition().name() + "'")
            + " and "
            + (b == null ? none : "'" + b.partition().name() + "'"));
  }

  /// What is still coming of a refused request is read and dropped.
  private static boolean refuse(Client client, boolean whole, byte[] error) {
    if (whole) {
      client.consume();
      client.answer(error);
    } else {
      client.large().refuseRest(error);
    }
    return true;
  }

  private @Nullable Gate gateOf(RequestReader request, ByteBuf in, int argument) {
    return lane.serving()
        .scopes()
        .find(in, in.readerIndex() + request.offset(argument), request.length(argument));
  }

  // --- through the gate

  private boolean send(
      Client client, CommandSpec spec, @Nullable Gate gate, ByteBuf in, int count) {
    long now = lane.loop().nanos();
    Admission admission = lane.admit(spec.write(), gate);
    if (admission == null) {
      return client.hold(gate);
    }
    boolean script = spec.kind().isScript();
    long key = spec.write() || count == 0 ? 0 : hash(client, spec, in);
    if (key != 0 && !script && lane.largeKeys().expected(key) > 0) {
      return sendAlone(client, spec, in, key);
    }
    RespUpstream upstream = lane.way(client.state.resp3, spec, gate, admission.to().home());
    if (!client.replies().inOrder(upstream)) {
      admission.giveBack(lane.loop());
      client.waitForReplies();
      return false;
    }
    boolean room =
        (key == 0 || lane.unknownSizes().mayAsk(key, client)) && upstream.hasRoom(client);
    if (!room) {
      admission.giveBack(lane.loop());
      return false;
    }
    client.admitted();
    Command command = new Command(client, spec, now);
    command.admitted(admission);
    command.key = key;
    if (script && count > 0) {
      command.item = item(client, in, keys.place(0));
    }
    ByteBuf request = in.retainedSlice(in.readerIndex(), client.reader().scanned());
    if (!spec.write()) {
      command.request = request.retain();
    }
    client.consume();
    client.replies().enqueue(command, upstream);
    if (key != 0) {
      lane.unknownSizes().asked(command);
    }
    upstream.send(command, request);
    request.release();
    return true;
  }

  private static String item(Client client, ByteBuf in, int argument) {
    RequestReader request = client.reader();
    return shown(in, in.readerIndex() + request.offset(argument), request.length(argument));
  }

  /// A key as it may be shown: cut, and with all but printable ASCII escaped.
  private static String shown(ByteBuf in, int at, int length) {
    StringBuilder key = new StringBuilder();
    for (int i = 0; i < Math.min(length, KEY_BYTES_MAX); i++) {
      byte b = in.getByte(at + i);
      key.append(b > ' ' && b <= '~' && b != '\\' ? (char) b : "\\x%02x".formatted(b & 0xff));
    }
    return length > KEY_BYTES_MAX ? key + "…" : key.toString();
  }

  private long hash(Client client, CommandSpec spec, ByteBuf in) {
    RequestReader request = client.reader();
    int place = keys.place(0);
    return LargeKeys.hash(
        spec.name(), in, in.readerIndex() + request.offset(place), request.length(place));
  }

  /// A read whose last reply was large.
  private boolean sendAlone(Client client, CommandSpec spec, ByteBuf in, long key) {
    client.admitted();
    Command command = new Command(client, spec, lane.loop().nanos());
    command.key = key;
    command.request = in.retainedSlice(in.readerIndex(), client.reader().scanned());
    client.consume();
    client.replies().enqueue(command, null);
    again.askAlone(client, command);
    return true;
  }

  // --- what is large

  /// A request that has to be there as a whole waits for its rest, if it is not too large for that.
  private boolean waitForRest(Client client, ByteBuf in) {
    long most = lane.shared().holding().requestBytesMax();
    long coming = in.readableBytes() + Math.max(0L, client.reader().comingBulk());
    return coming > most
        && refuse(
            client,
            false,
            Resp.error(
                "ERR a request of more than "
                    + most
                    + " bytes must be a plain one with one key only, to be passed on while it comes"
                    + " (a quarter of the gateway's hold.bytes); nothing was done"));
  }

  /// A request that is still coming, on a connection of the client's own.
  private boolean large(Client client, CommandSpec spec, ByteBuf in) {
    RequestReader request = client.reader();
    int key = spec.keys().onlyKey();
    if (key == 0 || spec.kind().isScript() || lane.serving().fresh()) {
      return waitForRest(client, in);
    }
    if (request.noted() <= key) {
      return waitForRest(client, in);
    }
    if (!client.idle()) {
      client.waitForReplies();
      return false;
    }
    if (ownKey(request, in, key)) {
      return refuse(client, false, OWN_KEY);
    }
    Gate gate = gateOf(request, in, key);
    Admission admission = lane.admit(spec.write(), gate);
    if (admission == null) {
      return client.holdLarge(gate);
    }
    client.admitted();
    Command command = new Command(client, spec, lane.loop().nanos());
    command.admitted(admission);
    command.item = item(client, in, key);
    RespUpstream own = client.large().own(admission.to().home());
    client.replies().enqueue(command, own);
    client.large().start(own, command);
    own.announce(command);
    return true;
  }

  // --- replies

  @Override
  public void answered(Client client, Command command, long nowNanos) {
    if (command.before != null) {
      fresh.answered(client, command);
    } else if (command.stands(nowNanos)) {
      client.replies().settle(command, command.reply);
    } else if (!again.askElsewhere(client, command)) {
      client
          .replies()
          .settle(command, Unpooled.wrappedBuffer(command.write ? UNSURE : AskAgain.UNSURE));
    }
  }
}
