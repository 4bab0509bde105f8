package dev.drover.redis.move;

import static dev.drover.redis.move.MonitorLine.lower;
import static dev.drover.redis.move.MonitorLine.number;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Which pieces of a big string a command writes. What it appends is behind all that was there, and
/// shows in the length.
///
/// @param pieceBytes how long a piece is; the first one has the name "0"
record PieceWrites(int pieceBytes) implements NameJournal.Grammar {
  private static final int BITS = 8;

  @Override
  public Optional<List<byte[]>> written(MonitorLine line, byte[] key) {
    List<byte[]> words = line.words();
    if (words.size() < 2 || !Arrays.equals(words.get(1), key)) {
      return Optional.empty();
    }
    return switch (line.name()) {
      case "append" -> Optional.of(List.of());
      case "setrange" -> words.size() == 4 ? range(words) : Optional.empty();
      case "setbit" -> words.size() == 4 ? bits(words.get(2), 1, 1) : Optional.empty();
      case "bitfield" -> fields(words);
      default -> Lasting.allows(line) ? Optional.of(List.of()) : Optional.empty();
    };
  }

  private Optional<List<byte[]>> range(List<byte[]> words) {
    OptionalLong from = number(words.get(2));
    return from.isEmpty() || from.getAsLong() < 0
        ? Optional.empty()
        : Optional.of(pieces(from.getAsLong(), words.get(3).length));
  }

  private Optional<List<byte[]>> bits(byte[] offset, long times, int width) {
    OptionalLong parsed = number(offset);
    long first = parsed.isEmpty() ? -1 : parsed.getAsLong() * times;
    if (first < 0) {
      return Optional.empty();
    }
    long bytes = (first + width - 1) / BITS - first / BITS + 1;
    return Optional.of(pieces(first / BITS, bytes));
  }

  private Optional<List<byte[]>> fields(List<byte[]> words) {
    List<byte[]> all = new ArrayList<>();
    for (int at = 2; at < words.size(); ) {
      String operation = lower(words.get(at));
      at +=
          switch (operation) {
            case "overflow" -> 2;
            case "get" -> 3;
            default -> 4;
          };
      if (!Set.of("overflow", "get", "set", "incrby").contains(operation) || at > words.size()) {
        return Optional.empty();
      }
      if (operation.equals("set") || operation.equals("incrby")) {
        Optional<List<byte[]>> written = field(words.get(at - 3), words.get(at - 2));
        if (written.isEmpty()) {
          return written;
        }
        all.addAll(written.get());
      }
    }
    return Optional.of(all);
  }

  /// @param type such as u8 or i64
  /// @param offset in bits, or behind a # in fields of this type
  private Optional<List<byte[]>> field(byte[] type, byte[] offset) {
    OptionalLong width = number(Arrays.copyOfRange(type, Math.min(1, type.length), type.length));
    if (width.isEmpty() || width.getAsLong() < 1 || width.getAsLong() > Long.SIZE) {
      return Optional.empty();
    }
    boolean inFields = offset.length > 0 && offset[0] == '#';
    return bits(
        inFields ? Arrays.copyOfRange(offset, 1, offset.length) : offset,
        inFields ? width.getAsLong() : 1,
        (int) width.getAsLong());
  }

  private List<byte[]> pieces(long from, long bytes) {
    List<byte[]> pieces = new ArrayList<>();
    for (long at = from / pieceBytes; bytes > 0 && at <= (from + bytes - 1) / pieceBytes; at++) {
      pieces.add(FencedWriter.decimal(at));
    }
    return pieces;
  }
}
