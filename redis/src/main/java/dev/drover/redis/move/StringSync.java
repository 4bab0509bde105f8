package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.engine.Pacer;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// The part of [BigSync] for strings. Each piece is compared, and compared again where it was
/// written; of a string that is watched only the pieces that were written since the base are looked
/// at, and the length.
final class StringSync {
  private final RespConnection source;
  private final RespConnection target;
  private final FencedWriter writer;
  private final LaneWatch lane;
  private final ElementWatch watch;
  private final TargetLimits limits;
  private final int pieceBytes;
  private final Pacer pacer;

  /// @param target for reading; `writer` has a connection of its own
  StringSync(
      RespConnection source,
      RespConnection target,
      FencedWriter writer,
      LaneWatch lane,
      TargetLimits limits,
      RedisMoverOptions options,
      Pacer pacer) {
    this.source = source;
    this.target = target;
    this.writer = writer;
    this.lane = lane;
    this.watch = lane.elements();
    this.limits = limits;
    this.pieceBytes = options.pieces().bytesMax();
    this.pacer = pacer;
  }

  /// @param present whether the target has such a key
  BigSync.Synced sync(byte[] key, boolean present)
      throws IOException, MoverException, InterruptedException {
    long length = source.call("STRLEN", key).number();
    if (length > limits.bulkMax()) {
      throw limits.tooLong(key, length);
    }
    long had = present ? target.call("STRLEN", key).number() : 0;
    if (had > length) {
      watch.spoil(key);
      writer.delete(key);
    }
    long there = had > length ? 0 : had;
    Optional<BigSync.Synced> synced =
        there > 0 ? lane.sinceBase(key, pieces -> written(key, pieces, there)) : Optional.empty();
    return synced.isPresent() ? synced.get() : whole(key, there);
  }

  /// @param there how much the target had when the journal was taken
  /// @return nothing if the string is not what its writes made of it
  private Optional<BigSync.Synced> written(byte[] key, KeySet pieces, long there)
      throws IOException, MoverException, InterruptedException {
    long length = source.call("STRLEN", key).number();
    boolean room = true;
    for (long at = there / pieceBytes; at * pieceBytes < length; at++) {
      room &= pieces.add(FencedWriter.decimal(at));
    }
    KeySet wrote = NameJournal.names();
    for (int i = 0; i < pieces.size(); i++) {
      copy(key, pieces.get(i), wrote);
    }
    writer.drain();
    KeySet differing = differing(key, wrote);
    if (!room || !watch.giveBack(key, differing) || !lane.lasts(key)) {
      return Optional.empty();
    }
    return outcome(key, differing);
  }

  private Optional<BigSync.Synced> outcome(byte[] key, KeySet differing)
      throws IOException, InterruptedException {
    long length = source.call("STRLEN", key).number();
    long pieces = 1 + length / pieceBytes;
    if (differing.isEmpty() && target.call("STRLEN", key).number() == length) {
      return Optional.of(new BigSync.Synced(pieces, BigSync.Outcome.EQUAL));
    }
    return lane.writtenMeanwhile(key)
        ? Optional.of(new BigSync.Synced(pieces, BigSync.Outcome.OPEN))
        : Optional.empty();
  }

  private BigSync.Synced whole(byte[] key, long there)
      throws IOException, MoverException, InterruptedException {
    boolean basing = there > 0 && lane.begin(key, new NameJournal(new PieceWrites(pieceBytes)));
    KeySet wrote = NameJournal.names();
    boolean remembered = there > 0;
    long pieces = 0;
    for (boolean more = true; more; pieces++) {
      byte[] piece = FencedWriter.decimal(pieces);
      byte[] here = read(source, key, piece);
      more = here.length == pieceBytes;
      if (pieces * pieceBytes >= there || !Arrays.equals(here, read(target, key, piece))) {
        write(key, piece, here);
        remembered = remembered && wrote.add(piece);
      }
    }
    writer.drain();
    if (!remembered) {
      return new BigSync.Synced(pieces, BigSync.Outcome.UNKNOWN);
    }
    KeySet differing = differing(key, wrote);
    boolean based = basing && watch.based(key) && watch.giveBack(key, differing);
    if (differing.isEmpty()
        && target.call("STRLEN", key).number() == source.call("STRLEN", key).number()) {
      return new BigSync.Synced(pieces, BigSync.Outcome.EQUAL);
    }
    return new BigSync.Synced(pieces, based ? BigSync.Outcome.OPEN : BigSync.Outcome.UNKNOWN);
  }

  /// Writes a piece if it differs.
  private void copy(byte[] key, byte[] piece, KeySet wrote)
      throws IOException, MoverException, InterruptedException {
    byte[] here = read(source, key, piece);
    if (!Arrays.equals(here, read(target, key, piece))) {
      write(key, piece, here);
      wrote.add(piece);
    }
  }

  private void write(byte[] key, byte[] piece, byte[] value)
      throws IOException, MoverException, InterruptedException {
    if (value.length > 0) {
      writer.command(Scope.utf8("SETRANGE"), key, FencedWriter.decimal(begin(piece)), value);
      writer.flush();
      pacer.bytes(value.length);
    }
  }

  private KeySet differing(byte[] key, KeySet pieces) throws IOException {
    KeySet differing = NameJournal.names();
    for (int i = 0; i < pieces.size(); i++) {
      byte[] piece = pieces.get(i);
      if (!Arrays.equals(read(source, key, piece), read(target, key, piece))) {
        differing.add(piece);
      }
    }
    return differing;
  }

  private byte[] read(RespConnection connection, byte[] key, byte[] piece) throws IOException {
    long begin = begin(piece);
    return connection
        .call("GETRANGE", key, Long.toString(begin), Long.toString(begin + pieceBytes - 1))
        .bytes();
  }

  private long begin(byte[] piece) {
    return Long.parseLong(new String(piece, StandardCharsets.US_ASCII)) * pieceBytes;
  }
}
