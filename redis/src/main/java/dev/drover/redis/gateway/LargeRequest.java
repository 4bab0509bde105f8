package dev.drover.redis.gateway;

import dev.drover.core.gate.Gate;
import dev.drover.redis.gateway.RequestReader.BadRequest;
import dev.drover.redis.move.RedisHome;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// What is too large of one client to share a connection with others: its own connection to a home,
/// and the request that is passed on over it, or dropped, while it comes.
final class LargeRequest {
  private final Client client;
  private final LoopState lane;
  private @Nullable Upstream own;
  private @Nullable RequestStream stream;

  LargeRequest(Client client, LoopState lane) {
    this.client = client;
    this.lane = lane;
  }

  /// This client's own connection to a home.
  Upstream own(RedisHome home) {
    Upstream mine = own;
    if (mine != null && mine.isFor(home, client.state.resp3, new Upstream.Use.Own())) {
      return mine;
    }
    if (mine != null) {
      mine.close();
    }
    mine = lane.own(home, client.state.resp3);
    own = mine;
    return mine;
  }

  /// The client takes more of the replies that come by its own connection.
  void readReplies() {
    Upstream mine = own;
    if (mine != null) {
      mine.setAutoRead(true);
    }
  }

  /// Whether a request is coming; nothing else is taken until it is through.
  boolean isComing() {
    return stream != null;
  }

  /// The request at hand is passed on while it comes.
  void start(Upstream target, Command command) {
    stream = RequestStream.to(target, command, lane.announced(target.home()));
    client.reader().reset();
    client.waitForReplies();
    lane.streams(client);
  }

  /// Answers the request at hand, and drops what is still coming of it.
  void refuseRest(byte[] error) {
    client.reader().reset();
    stream = RequestStream.dropped();
    client.answer(error);
  }

  /// Whether more of it is to be read from the client.
  ///
  /// @param buffered bytes that have come and were not passed on
  boolean flows(int buffered) {
    RequestStream passing = stream;
    return passing == null || passing.flows(client, buffered);
  }

  /// Whether the command's request has not come as a whole.
  boolean isSending(Command command) {
    RequestStream passing = stream;
    return passing != null && passing.command() == command;
  }

  /// Its scope takes no more writes. A write that has not come as a whole is not waited for: the
  /// home drops what it has of it.
  void cutOff(Gate gate) {
    RequestStream passing = stream;
    Command command = passing == null ? null : passing.command();
    if (command != null && command.pass == gate) {
      end(
          Resp.error(
              "TRYAGAIN scope '"
                  + gate.partition().name()
                  + "' moves to another home, and this request had not come as a whole; nothing"
                  + " was done, send it again"));
    }
  }

  /// The rest of it does not come, and the home keeps room for it.
  void tooSlow(String why) {
    end(Resp.error("TRYAGAIN " + why + "; nothing was done, send it again"));
    client.closeAfterReplies();
  }

  /// The command whose request is still coming is answered now, and its connection is given up: the
  /// home drops what it has of the request. The rest is read and dropped.
  ///
  /// @return false if there is none
  boolean end(byte[] answer) {
    RequestStream passing = stream;
    Command command = passing == null ? null : passing.command();
    if (passing == null || command == null || command.done) {
      return false;
    }
    passing.giveRoomBack();
    stream = RequestStream.goOnDropping(passing);
    Upstream mine = own;
    if (mine != null) {
      mine.cutOff();
    }
    client.replies().failed(command, answer);
    return true;
  }

  /// Passes on what is there.
  ///
  /// @return whether the request has come to its end
  /// @throws BadRequest if it goes on as no request does
  boolean passOn(@Nullable ByteBuf in) throws BadRequest {
    RequestStream passing = stream;
    if (in == null || passing == null || !passing.passOn(in, client)) {
      return false;
    }
    stream = null;
    lane.streamed(client);
    return true;
  }

  /// The client is gone.
  void close() {
    RequestStream passing = stream;
    stream = null;
    if (passing != null) {
      passing.giveRoomBack();
    }
    lane.streamed(client);
    Upstream mine = own;
    if (mine != null) {
      mine.close();
    }
  }
}
