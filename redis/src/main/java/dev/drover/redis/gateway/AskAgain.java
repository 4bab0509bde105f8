package dev.drover.redis.gateway;

import dev.drover.core.gate.Gate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/// Asks reads a second time: those whose guard broke, on fresh routes; those whose reply is large,
/// on a connection of the client's own; those whose connection did not answer, on another one.
/// Nothing but a read is ever asked again.
final class AskAgain {
  static final byte[] UNSURE =
      Resp.error(
          "TRYAGAIN the gateway could not be sure of its lease when the home answered; ask again");
  private static final long WAIT_MILLIS = 20;

  private final LoopState lane;
  private final Dispatcher dispatcher;
  private final Keys keys = new Keys();

  AskAgain(LoopState lane, Dispatcher dispatcher) {
    this.lane = lane;
    this.dispatcher = dispatcher;
  }

  /// What a kept request asks for.
  private record Asked(CommandSpec spec, @Nullable Gate gate) {}

  /// A read whose reply is large, on a connection of the client's own, in its turn.
  void askAlone(Command command) {
    command.client.waitForReplies();
    command.alone = true;
    ask(command);
  }

  /// Asks a command again, if it is a read and its client has not written since.
  ///
  /// @return whether it is
  boolean askElsewhere(Command command) {
    Client client = command.client;
    if (command.write
        || command.request == null
        || command.before != null
        || client.isGone()
        || !mayWait(command)
        || client.replies().writesAfter(command)) {
      return false;
    }
    client.waitForReplies();
    command.dropReply();
    ask(command);
    return true;
  }

  private boolean mayWait(Command command) {
    return lane.gateway().nanos() - command.sinceNanos
        < lane.gateway().options().hold().max().toNanos()
            + lane.gateway().options().homeAnswerMax().toNanos();
  }

  /// Asks a read, at once if its route admits it and its turn has come, else as soon as both are
  /// so. Those of one client are asked in their order. One that is asked alone is called again when
  /// its turn comes.
  void ask(Command command) {
    ByteBuf request = command.request;
    Client client = command.client;
    if (request == null || client.isGone()) {
      return;
    }
    command.waits = true;
    boolean early = client.replies().waitsBefore(command);
    if (command.alone && early) {
      return;
    }
    Asked asked = asked(request);
    Admission admission = early ? null : Admission.of(lane, false, asked.gate());
    if (admission != null && hasRoom(command, admission)) {
      command.waits = false;
      command.guard = admission.guard();
      Upstream upstream =
          command.alone
              ? client.large().own(admission.home())
              : dispatcher.way(client, asked.spec(), asked.gate(), admission.home());
      upstream.send(command, request);
    } else if (mayWait(command)) {
      lane.later(() -> ask(command), WAIT_MILLIS);
    } else {
      command.waits = false;
      client.replies().settle(command, Unpooled.wrappedBuffer(UNSURE));
      lane.flushClients();
    }
  }

  private boolean hasRoom(Command command, Admission admission) {
    return !command.alone
        || lane.largeReplies(admission.home())
            .take(command, lane.largeKeys().expected(command.key), lane.gateway().nanos());
  }

  private Asked asked(ByteBuf request) {
    RequestReader reader = new RequestReader();
    try {
      reader.look(request);
    } catch (RequestReader.BadRequest e) {
      throw new IllegalStateException("a request that was read once cannot be read again", e);
    }
    CommandSpec spec = lane.gateway().table().find(reader, request);
    if (spec == null) {
      throw new IllegalStateException("a command that was known is not known any more");
    }
    boolean keyed = spec.keys().find(reader, request, keys.clear()) > 0;
    return new Asked(
        spec,
        keyed
            ? lane.gateway()
                .scopes()
                .find(
                    request,
                    request.readerIndex() + reader.offset(keys.place(0)),
                    reader.length(keys.place(0)))
            : null);
  }
}
