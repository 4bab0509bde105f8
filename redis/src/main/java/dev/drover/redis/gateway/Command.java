package dev.drover.redis.gateway;

import dev.drover.core.Partition;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// A request on its way: from the client, to a home, and its reply back in its turn. Owned by one
/// event loop.
final class Command {
  final Client client;
  final boolean write;

  /// The name of the command, for those who ask what is waited for.
  final String name;

  /// Whether it runs a script or a function.
  final boolean script;

  /// The gate whose pass it holds, or null if it needs none (a read, or a key under no scope).
  @Nullable Gate pass;

  /// What must stand when the home has answered, or null if nothing is guarded.
  @Nullable Guard guard;

  /// The record as read before it was sent, in fresh mode.
  @Nullable Partition before;

  /// How it is tried again, in fresh mode.
  @Nullable Runnable again;

  /// When it was taken: a read may be asked again for as long as requests may be held.
  long sinceNanos;

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

  /// Whether the rest of the reply is dropped: the request is asked again on a connection of its
  /// own.
  boolean dropped;

  /// Whether the reply is passed on in pieces, as it comes.
  boolean streamed;

  Command(Client client, CommandSpec spec, long sinceNanos) {
    this(client, spec.name(), spec.write(), spec.kind().isScript(), sinceNanos);
  }

  private Command(Client client, String name, boolean write, boolean script, long sinceNanos) {
    this.client = client;
    this.name = name;
    this.write = write;
    this.script = script;
    this.sinceNanos = sinceNanos;
  }

  /// One that the gateway has answered itself.
  static Command answered(Client client, ByteBuf reply) {
    Command command = new Command(client, "", false, false, 0);
    command.reply = reply;
    command.done = true;
    return command;
  }

  /// Takes the place of one whose reply is coming and is to be dropped.
  static Command dropping(Command other) {
    Command nobody = new Command(other.client, other.name, false, false, other.sinceNanos);
    nobody.dropped = true;
    return nobody;
  }

  /// Gives the pass back, once.
  void leave(int stripe) {
    Gate held = pass;
    if (held != null) {
      pass = null;
      held.leave(stripe);
    }
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
