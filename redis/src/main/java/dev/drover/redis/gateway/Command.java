package dev.drover.redis.gateway;

import dev.drover.core.Partition;
import dev.drover.gateway.net.Exchange;
import dev.drover.gateway.net.Leg;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// A request on its way: from the client, to a home, and its reply back in its turn. It has one leg
/// at a time, which is itself. Owned by one event loop.
final class Command extends Exchange implements Leg {
  private final Owner owner;
  private final String name;
  final boolean write;

  /// Whether it runs a script or a function.
  final boolean script;

  /// The record as read before it was sent, in fresh mode.
  @Nullable Partition before;

  /// How it is tried again, in fresh mode.
  @Nullable Runnable again;

  /// The request, kept to be asked again; in leased mode null for writes.
  @Nullable ByteBuf request;

  /// Whether it will be asked again, and waits for a route or for its turn. Those behind it that
  /// are asked again wait as well, so that they are not answered from an earlier time than this
  /// one.
  boolean waits;

  /// Whether it is asked on a connection of the client's own, because its reply is large.
  boolean alone;

  /// What it asks for, for [LargeKeys]; 0 if it names no key.
  long key;

  /// Its first key, for people; kept only of what may take long, else empty.
  String item = "";

  /// What has come of the reply and has not been passed on.
  @Nullable ByteBuf reply;

  /// Bytes of the reply that have come so far.
  long replyBytes;

  /// How large the reply is at least, as far as that is known.
  long expectedBytes;

  /// Whether the reply is whole, or an answer of the gateway's own is there instead.
  boolean done;

  /// Whether the reply is passed on in pieces, as it comes.
  boolean streamed;

  /// Whose request it is: its client.
  interface Owner {
    /// A piece of its reply has come.
    void replied(Command command, Connection from, ByteBuf piece, boolean whole, long nowNanos);

    /// It will not be answered by its home.
    ///
    /// @param first whether the home was at it; else it stood behind another one
    void failed(Command command, Connection from, String why, boolean sent, boolean first);

    /// Whether its request has not come as a whole.
    boolean isSending(Command command);

    /// How long the client has not taken what is there for it.
    long stalledNanos(long nowNanos);

    /// It does not read its reply, and others wait for the room.
    void disconnectStalled();

    /// For people.
    String shownAddress();
  }

  Command(Owner owner, CommandSpec spec, long sinceNanos) {
    this(owner, spec.name(), spec.write(), spec.kind().isScript(), sinceNanos);
  }

  private Command(Owner owner, String name, boolean write, boolean script, long sinceNanos) {
    super(sinceNanos);
    this.owner = owner;
    this.name = name;
    this.write = write;
    this.script = script;
  }

  /// One that the gateway has answered itself.
  static Command answered(Owner owner, ByteBuf reply) {
    Command command = new Command(owner, "", false, false, 0);
    command.reply = reply;
    command.done = true;
    return command;
  }

  Owner owner() {
    return owner;
  }

  @Override
  public Exchange exchange() {
    return this;
  }

  @Override
  public void answered(
      Connection from, ByteBuf piece, boolean whole, long expected, long nowNanos) {
    expectedBytes = expected;
    owner.replied(this, from, piece, whole, nowNanos);
  }

  @Override
  public void failed(Connection from, String why, boolean sent) {
    owner.failed(this, from, why, sent, true);
  }

  @Override
  public void failedBehind(Connection from, String why, boolean sent) {
    owner.failed(this, from, why, sent, false);
  }

  @Override
  public boolean isSending() {
    return owner.isSending(this);
  }

  @Override
  public String client() {
    return owner.shownAddress();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String item() {
    return item;
  }

  /// Forgets what has come of the reply.
  void dropReply() {
    replyBytes = 0;
    expectedBytes = 0;
    if (reply != null) {
      reply.release();
      reply = null;
    }
  }

  /// It will not be asked again.
  void dropRequest() {
    if (request != null) {
      request.release();
      request = null;
    }
  }

  /// Forgets request and reply.
  void release() {
    dropRequest();
    dropReply();
  }
}
