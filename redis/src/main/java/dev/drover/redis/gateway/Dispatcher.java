package dev.drover.redis.gateway;

import dev.drover.core.HomeId;
import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Route;
import dev.drover.redis.move.RedisHome;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides where a request goes, lets it through the gate, and decides whether a reply may be
/// passed on (DESIGN.md G2, G5, G6). One for each event loop.
final class Dispatcher {
  private static final long ASK_AGAIN_MILLIS = 20;
  private static final byte[] UNSURE =
      Resp.error(
          "TRYAGAIN the gateway could not be sure of its lease when the home answered; the write may or may not have been kept");
  private static final byte[] UNSURE_READ =
      Resp.error(
          "TRYAGAIN the gateway could not be sure of its lease when the home answered; ask again");

  private final Lane lane;
  private final FreshPath fresh;
  private int[] keys = new int[16];

  Dispatcher(Lane lane) {
    this.lane = lane;
    this.fresh = new FreshPath(lane, this);
  }

  /// Takes the request that `client`'s reader has found at the start of `in`.
  ///
  /// @param whole whether all of it is there; else it is large, and goes on while it comes if it is
  ///   known where to
  /// @return whether it was taken; if not, it waits, and the client is blocked if nothing that
  ///   comes can change that
  boolean dispatch(Client client, ByteBuf in, boolean whole) {
    RequestReader request = client.reader();
    CommandSpec spec = lane.gateway().table().find(request, in);
    if (!allowed(client, spec)) {
      return refuse(client, whole, Resp.error("NOAUTH Authentication required."));
    }
    if (spec == null) {
      return refuse(client, whole, unknown(request, in));
    }
    if (whole && LocalCommands.isLocal(spec)) {
      LocalCommands.take(client, spec, request, in);
      return true;
    }
    String notServed = CommandTable.notServed(spec, request, in);
    if (notServed != null) {
      return refuse(client, whole, Resp.error("ERR " + notServed));
    }
    if (!whole) {
      return large(client, spec, in);
    }
    int count = findKeys(spec, request, in);
    if (count < 0) {
      String why =
          count == -2
              ? "wrong number of arguments for"
              : "the gateway does not know yet how to find the keys of";
      return refuse(client, true, Resp.error("ERR " + why + " '" + spec.name() + "' command"));
    }
    if (count == 0 && spec.write()) {
      return refuse(
          client,
          true,
          Resp.error(
              "ERR '"
                  + spec.name()
                  + "' names no key, so the gateway does not know where it belongs"));
    }
    Gate gate = count == 0 ? null : gateOf(request, in, keys[0]);
    for (int i = 1; i < count; i++) {
      Gate other = gateOf(request, in, keys[i]);
      if (other != gate) {
        return refuse(
            client,
            true,
            Resp.error(
                "CROSSSCOPE keys of one command must be in one scope: " + names(gate, other)));
      }
    }
    if (gate != null && lane.gateway().fresh()) {
      return fresh.take(client, spec, gate, in);
    }
    return send(client, spec, gate, in);
  }

  private static boolean allowed(Client client, @Nullable CommandSpec spec) {
    return client.state.authenticated
        || client.lane().gateway().options().password().isEmpty()
        || (spec != null && LocalCommands.beforeLogin(spec));
  }

  private int findKeys(CommandSpec spec, RequestReader request, ByteBuf in) {
    if (request.arguments() > keys.length) {
      keys = new int[Math.max(request.arguments(), keys.length * 2)];
    }
    return KeyFinder.find(spec, request, in, keys);
  }

  private @Nullable Gate gateOf(RequestReader request, ByteBuf in, int argument) {
    return lane.gateway()
        .scopes()
        .find(in, in.readerIndex() + request.offset(argument), request.length(argument));
  }

  private static String names(@Nullable Gate a, @Nullable Gate b) {
    String none = "(no scope)";
    return (a == null ? none : "'" + a.partition() + "'")
        + " and "
        + (b == null ? none : "'" + b.partition() + "'");
  }

  private static boolean refuse(Client client, boolean whole, byte[] error) {
    if (whole) {
      client.consume();
      client.answer(error);
      return true;
    }
    client.answer(error);
    client.closeAfterReplies();
    return false;
  }

  private static byte[] unknown(RequestReader request, ByteBuf in) {
    String name = KeyFinder.text(request, in, 0);
    String shown = name.length() > 128 ? name.substring(0, 128) : name;
    return Resp.error("ERR unknown command '" + shown + "'");
  }

  // --- through the gate

  /// A way to a home that was let through.
  ///
  /// @param pass the gate whose pass is held, or null
  record Admission(RedisHome home, Guard guard, @Nullable Gate pass) {}

  private boolean send(Client client, CommandSpec spec, @Nullable Gate gate, ByteBuf in) {
    Admission admission = admit(spec.write(), gate);
    if (admission == null) {
      return client.hold(gate);
    }
    Upstream upstream = lane.shared(admission.home(), client.state.resp3);
    if (!upstream.hasRoom(client)) {
      giveBack(admission);
      return false;
    }
    client.admitted();
    Command command = new Command(client, spec.write());
    command.pass = admission.pass();
    command.guard = admission.guard();
    ByteBuf request = requestOf(client, in);
    if (!spec.write()) {
      command.request = request.retain();
    }
    client.consume();
    client.replies().enqueue(command);
    upstream.send(command, request);
    request.release();
    return true;
  }

  /// @return null if it has to wait; then no pass is held
  private @Nullable Admission admit(boolean write, @Nullable Gate gate) {
    RedisGateway gateway = lane.gateway();
    if (gate == null) {
      Guard rest = gateway.rest();
      return rest.stands(gateway.nanos())
          ? admission(gateway.options().defaultHome(), rest, null)
          : null;
    }
    long nowNanos = gateway.nanos();
    Route route = write ? gate.admit(lane.stripe(), nowNanos) : gate.admitRead(nowNanos);
    if (route == null) {
      return null;
    }
    Placement home = Objects.requireNonNull(write ? route.writes() : route.reads());
    return admission(home.home(), route.guard(), write ? gate : null);
  }

  private Admission admission(HomeId id, Guard guard, @Nullable Gate pass) {
    Optional<RedisHome> home = lane.gateway().home(id);
    return new Admission(home.orElseGet(() -> lane.gateway().unknownHome(id)), guard, pass);
  }

  private void giveBack(Admission admission) {
    Gate pass = admission.pass();
    if (pass != null) {
      pass.leave(lane.stripe());
    }
  }

  /// The request's bytes, as an array also if it came as an inline command. The caller releases it.
  ByteBuf requestOf(Client client, ByteBuf in) {
    RequestReader request = client.reader();
    if (!RequestReader.isInline(in)) {
      return in.retainedSlice(in.readerIndex(), request.scanned());
    }
    String[] words = new String[request.arguments()];
    for (int i = 0; i < words.length; i++) {
      words[i] = KeyFinder.text(request, in, i);
    }
    ByteBuf out = in.alloc().buffer();
    Resp.request(out, words);
    return out;
  }

  // --- what is large

  /// A request that is still coming, on a connection of the client's own.
  private boolean large(Client client, CommandSpec spec, ByteBuf in) {
    RequestReader request = client.reader();
    boolean oneKey =
        !spec.movableKeys() && spec.firstKey() > 0 && spec.firstKey() == spec.lastKey();
    if (!oneKey || lane.gateway().fresh()) {
      return in.readableBytes() > RedisGateway.HELD_REQUEST_BYTES_MAX
          && refuse(
              client,
              false,
              Resp.error(
                  "ERR a request of more than "
                      + RedisGateway.HELD_REQUEST_BYTES_MAX
                      + " bytes must have one key only, to be passed on while it comes"));
    }
    if (request.noted() <= spec.firstKey()) {
      return false;
    }
    if (!client.idle()) {
      client.waitForReplies();
      return false;
    }
    Gate gate = gateOf(request, in, spec.firstKey());
    Admission admission = admit(spec.write(), gate);
    if (admission == null) {
      return client.holdLarge(gate);
    }
    client.admitted();
    Command command = new Command(client, spec.write());
    command.pass = admission.pass();
    command.guard = admission.guard();
    Upstream own = client.own(admission.home());
    client.replies().enqueue(command);
    client.startStream(new RequestStream(own));
    own.announce(command);
    return true;
  }

  /// A read whose reply is large, on a connection of the client's own.
  void askAlone(Client client, Command command) {
    client.waitForReplies();
    askNow(client, command, true, lane.gateway().nanos());
  }

  // --- replies

  /// A command's whole reply is there.
  void answered(Client client, Command command, long nowNanos) {
    Guard guard = command.guard;
    if (command.before != null) {
      fresh.answered(client, command);
    } else if (guard == null || guard.stands(nowNanos)) {
      client.replies().settle(command, command.reply);
    } else if (!command.write
        && command.request != null
        && !client.replies().writesAfter(command)) {
      client.waitForReplies();
      command.dropReply();
      askNow(client, command, false, nowNanos);
    } else {
      lane.gateway().unsure();
      client
          .replies()
          .settle(
              command,
              io.netty.buffer.Unpooled.wrappedBuffer(command.write ? UNSURE : UNSURE_READ));
    }
  }

  /// Asks a read again, at once if its route admits it, else as soon as that does. Those of one
  /// client are asked in their order.
  private void askNow(Client client, Command command, boolean alone, long sinceNanos) {
    ByteBuf request = command.request;
    if (request == null) {
      return;
    }
    RequestReader reader = new RequestReader();
    Gate gate;
    try {
      reader.look(request);
      CommandSpec spec = lane.gateway().table().find(reader, request);
      gate =
          spec != null && findKeys(spec, reader, request) > 0
              ? gateOf(reader, request, keys[0])
              : null;
    } catch (RequestReader.BadRequest e) {
      throw new IllegalStateException("a request that was read once cannot be read again", e);
    }
    Admission admission = client.replies().waitsBefore(command) ? null : admit(false, gate);
    command.waits = admission == null;
    if (admission != null) {
      command.guard = admission.guard();
      Upstream upstream =
          alone ? client.own(admission.home()) : lane.shared(admission.home(), client.state.resp3);
      upstream.send(command, request);
    } else if (lane.gateway().nanos() - sinceNanos < lane.gateway().options().holdMax().toNanos()) {
      lane.later(() -> askNow(client, command, alone, sinceNanos), ASK_AGAIN_MILLIS);
    } else {
      command.waits = false;
      client.replies().settle(command, io.netty.buffer.Unpooled.wrappedBuffer(UNSURE_READ));
      lane.flushClients();
    }
  }
}
