package dev.drover.store.remote;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/// The unit of the wire, and its bytes: length of the rest (4), wire version (1), kind (1), id (8),
/// body. Big-endian.
///
/// The id joins an answer to its request, and events to their watch. The client gives ids.
///
/// @param body read and written by [Wire]
@SuppressWarnings("ArrayRecordComponent")
record Frame(Kind kind, long id, byte[] body) {
  static final int WIRE_VERSION = 1;
  static final int HEADER_BYTES = 14;
  private static final int PREFIX_BYTES = 4;

  /// Enough for the largest entry, and for one more part of a listing or of events.
  static final int BODY_BYTES_MAX = (1 << 20) + (1 << 17);

  /// At this size a part of a listing or of events is sent.
  static final int PART_BYTES = 1 << 16;

  /// What frames are for. A code never changes its meaning.
  enum Kind {
    /// First of a client: magic, token.
    HELLO(1),
    /// First of a server: what the store guarantees.
    WELCOME(2),
    PING(3),
    PONG(4),
    GET(5),
    LIST(6),
    PUT(7),
    DELETE(8),
    LEASE(9),
    KEEP_ALIVE(10),
    REVOKE(11),
    WATCH(12),
    /// Closes the watch of this id.
    UNWATCH(13),
    /// The last, or only, part of an answer.
    ANSWER(14),
    /// A part of a listing; more follow.
    PART(15),
    /// The store's exception for this request. With id 0: for the connection, which then ends.
    FAILURE(16),
    /// Changes for the watch of this id.
    EVENTS(17),
    /// The end of the watch of this id.
    LOST(18),
    /// As PUT, but it need not be synced before it is answered.
    PUT_ORDERED(19);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    static Kind of(int code) throws Malformed {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new Malformed("there is no frame of kind " + code);
    }
  }

  static Frame of(Kind kind, long id, Body body) {
    var bytes = new ByteArrayOutputStream(128);
    try {
      body.writeTo(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return new Frame(kind, id, bytes.toByteArray());
  }

  static Frame empty(Kind kind, long id) {
    return new Frame(kind, id, new byte[0]);
  }

  /// What fills a frame's body.
  @FunctionalInterface
  interface Body {
    void writeTo(DataOutputStream out) throws IOException;
  }

  int sizeBytes() {
    return HEADER_BYTES + body.length;
  }

  byte[] encode() {
    return ByteBuffer.allocate(HEADER_BYTES + body.length)
        .putInt(HEADER_BYTES - PREFIX_BYTES + body.length)
        .put((byte) WIRE_VERSION)
        .put((byte) kind.code)
        .putLong(id)
        .put(body)
        .array();
  }

  /// Reads one frame.
  ///
  /// @throws Malformed if these bytes are no frame
  static Frame read(DataInputStream in) throws IOException {
    int length = in.readInt();
    int bodyLength = length - (HEADER_BYTES - PREFIX_BYTES);
    if (bodyLength < 0 || bodyLength > BODY_BYTES_MAX) {
      throw new Malformed("a frame of " + length + " bytes is outside the limits");
    }
    int version = in.readUnsignedByte();
    if (version != WIRE_VERSION) {
      throw new Malformed("wire version " + version + " is not spoken here");
    }
    Kind kind = Kind.of(in.readUnsignedByte());
    long id = in.readLong();
    return new Frame(kind, id, in.readNBytes(bodyLength)).checkLength(bodyLength);
  }

  private Frame checkLength(int expected) throws Malformed {
    if (body.length != expected) {
      throw new Malformed("the connection ended within a frame");
    }
    return this;
  }

  /// The peer sent what the wire does not allow.
  static final class Malformed extends IOException {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message);
    }
  }
}
