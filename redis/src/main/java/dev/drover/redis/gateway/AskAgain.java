package dev.drover.redis.gateway;

import dev.drover.core.HomeId;
import dev.drover.core.gate.Gate;
import dev.drover.gateway.net.Admission;
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
  private final Keys keys = new Keys();

  AskAgain(LoopState lane) {
    this.lane = lane;
  }

  /// What a kept request asks for.
  private record Asked(CommandSpec spec, @Nullable Gate gate) {}

  /// A read whose reply is large, on a connection of the client's own, in its turn.
  void askAlone(Client client, Command command) {
    client.waitForReplies();
    command.alone = true;
    ask(client, command);
  }

  /// Asks a command again, if it is a read and its client has not written since.
  ///
  /// @return whether it is
  boolean askElsewhere(Client client, Command command) {
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
    ask(client, command);
    return true;
  }

  private boolean mayWait(Command command) {
    return lane.loop().nanos() - command.sinceNanos()
        < lane.shared().holding().options().max().toNanos()
            + lane.serving().options().homeAnswerMax().toNanos();
  }

  /// Asks a read, at once if its route admits it and its turn has come, else as soon as both are
  /// so. Those of one client are asked in their order. One that is asked alone is called again when
  /// its turn comes.
  void ask(Client client, Command command) {
    ByteBuf request = command.request;
    if (request == null || client.isGone()) {
      return;
    }
    command.waits = true;
    boolean early = client.replies().waitsBefore(command);
    if (command.alone && early) {
      return;
    }
    Asked asked = asked(request);
    Admission admission = early ? null : lane.admit(false, asked.gate());
    if (admission != null && hasRoom(command, admission)) {
      command.waits = false;
      command.admitted(admission);
      HomeId home = admission.to().home();
      RespUpstream upstream =
          command.alone
              ? client.large().own(home)
              : lane.way(client.state.resp3, asked.spec(), asked.gate(), home);
      upstream.send(command, request);
    } else if (mayWait(command)) {
      lane.loop().later(() -> ask(client, command), WAIT_MILLIS);
    } else {
      command.waits = false;
      client.replies().settle(command, Unpooled.wrappedBuffer(UNSURE));
      lane.loop().flush();
    }
  }

  private boolean hasRoom(Command command, Admission admission) {
    return !command.alone
        || lane.largeReplies(admission.to().home())
            .take(command, lane.largeKeys().expected(command.key), lane.loop().nanos());
  }

  private Asked asked(ByteBuf request) {
    RequestReader reader = new RequestReader();
    try {
      reader.look(request);
    } catch (RequestReader.BadRequest e) {
      throw new IllegalStateException("a request that was read once cannot be read again", e);
    }
    CommandSpec spec = lane.serving().table().find(reader, request);
    if (spec == null) {
      throw new IllegalStateException("a command that was known is not known any more");
    }
    boolean keyed = spec.keys().find(reader, request, keys.clear()) > 0;
    return new Asked(
        spec,
        keyed
            ? lane.serving()
                .scopes()
                .find(
                    request,
                    request.readerIndex() + reader.offset(keys.place(0)),
                    reader.length(keys.place(0)))
            : null);
  }
}
