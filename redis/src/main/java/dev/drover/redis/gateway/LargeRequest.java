package dev.drover.redis.gateway;

import dev.drover.core.HomeId;
import dev.drover.core.gate.Gate;
import dev.drover.redis.gateway.RequestReader.BadRequest;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// What is too large of one client to share a connection with others: its own connection to a home,
/// and the request that is passed on over it, or dropped, while it comes.
final class LargeRequest implements LoopState.CutOff {
  private final Owner client;
  private final LoopState lane;
  private @Nullable RespUpstream own;
  private @Nullable RequestStream stream;

  /// The client whose it is.
  interface Owner extends AnnouncedBytes.Sender {
    boolean resp3();

    /// The request at hand is taken from the client's buffer by this one, from its first byte.
    void handOver();

    /// Takes nothing more until all replies are there.
    void waitForReplies();

    /// Answers the request at hand by the gateway itself, in its turn.
    void answer(byte[] reply);

    /// The command will not be answered by its home, but by this.
    void failed(Command command, byte[] error);

    void closeAfterReplies();
  }

  LargeRequest(Owner client, LoopState lane) {
    this.client = client;
    this.lane = lane;
  }

  /// This client's own connection to a home.
  RespUpstream own(HomeId home) {
    Way way = Way.own(lane.serving().home(home), client.resp3());
    RespUpstream mine = own;
    if (mine != null && mine.isFor(way)) {
      return mine;
    }
    if (mine != null) {
      mine.close();
    }
    mine = lane.own(way);
    own = mine;
    return mine;
  }

  /// The client takes more of the replies that come by its own connection.
  void readReplies() {
    RespUpstream mine = own;
    if (mine != null) {
      mine.setAutoRead(true);
    }
  }

  /// Whether a request is coming; nothing else is taken until it is through.
  boolean isComing() {
    return stream != null;
  }

  /// The request at hand is passed on while it comes.
  void start(RespUpstream target, Command command) {
    stream = RequestStream.to(target, command, lane.announced(target.home()));
    client.handOver();
    client.waitForReplies();
    lane.streams(this);
  }

  /// Answers the request at hand, and drops what is still coming of it.
  void refuseRest(byte[] error) {
    client.handOver();
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
  @Override
  public void cutOff(Gate gate) {
    RequestStream passing = stream;
    Command command = passing == null ? null : passing.command();
    if (command != null && command.holds(gate)) {
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
    RespUpstream mine = own;
    if (mine != null) {
      mine.cutOff();
    }
    client.failed(command, answer);
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
    lane.streamed(this);
    return true;
  }

  /// The client is gone.
  void close() {
    RequestStream passing = stream;
    stream = null;
    if (passing != null) {
      passing.giveRoomBack();
    }
    lane.streamed(this);
    RespUpstream mine = own;
    if (mine != null) {
      mine.close();
    }
  }
}
