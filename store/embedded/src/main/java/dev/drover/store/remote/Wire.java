package dev.drover.store.remote;

import dev.drover.store.Entry;
import dev.drover.store.Guarantees;
import dev.drover.store.LeaseId;
import dev.drover.store.PutResult;
import dev.drover.store.StoreException;
import dev.drover.store.WatchListener.Event;
import dev.drover.store.remote.Frame.Malformed;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What stands in the bodies of frames.
final class Wire {
  static final int MAGIC = 0x44525652;
  static final int TOKEN_BYTES_MAX = 4096;
  private static final int TEXT_BYTES_MAX = 1 << 16;
  private static final int MESSAGE_CHARS_MAX = 2_000;
  private static final int WRITTEN = 1;
  private static final int DELETED = 2;

  private Wire() {}

  static DataInputStream in(Frame frame) {
    return new DataInputStream(new ByteArrayInputStream(frame.body()));
  }

  static void writeBytes(byte[] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static byte[] readBytes(DataInputStream in, int max) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > max || length > in.available()) {
      throw new Malformed("a field of " + length + " bytes does not fit");
    }
    return in.readNBytes(length);
  }

  static void writeText(String text, DataOutputStream out) throws IOException {
    writeBytes(text.getBytes(StandardCharsets.UTF_8), out);
  }

  static String readText(DataInputStream in) throws IOException {
    return new String(readBytes(in, TEXT_BYTES_MAX), StandardCharsets.UTF_8);
  }

  static void writeLease(@Nullable LeaseId lease, DataOutputStream out) throws IOException {
    out.writeLong(lease == null ? 0 : lease.value());
  }

  static @Nullable LeaseId readLease(DataInputStream in) throws IOException {
    long value = in.readLong();
    if (value < 0) {
      throw new Malformed("no lease has the number " + value);
    }
    return value == 0 ? null : new LeaseId(value);
  }

  static void writeEntry(Entry entry, DataOutputStream out) throws IOException {
    writeText(entry.key(), out);
    writeBytes(entry.value(), out);
    out.writeLong(entry.version());
    writeLease(entry.lease(), out);
  }

  static Entry readEntry(DataInputStream in) throws IOException {
    String key = readText(in);
    byte[] value = readBytes(in, Frame.BODY_BYTES_MAX);
    return new Entry(key, value, in.readLong(), readLease(in));
  }

  static void writeOptionalEntry(Optional<Entry> entry, DataOutputStream out) throws IOException {
    out.writeBoolean(entry.isPresent());
    if (entry.isPresent()) {
      writeEntry(entry.get(), out);
    }
  }

  static Optional<Entry> readOptionalEntry(DataInputStream in) throws IOException {
    return in.readBoolean() ? Optional.of(readEntry(in)) : Optional.empty();
  }

  static void writePutResult(PutResult result, DataOutputStream out) throws IOException {
    switch (result) {
      case PutResult.Applied(long version) -> {
        out.writeBoolean(true);
        out.writeLong(version);
      }
      case PutResult.Conflict(Optional<Entry> current) -> {
        out.writeBoolean(false);
        writeOptionalEntry(current, out);
      }
    }
  }

  static PutResult readPutResult(DataInputStream in) throws IOException {
    return in.readBoolean()
        ? new PutResult.Applied(in.readLong())
        : new PutResult.Conflict(readOptionalEntry(in));
  }

  static void writeEvent(Event event, DataOutputStream out) throws IOException {
    switch (event) {
      case Event.Written(Entry entry) -> {
        out.writeByte(WRITTEN);
        writeEntry(entry, out);
      }
      case Event.Deleted(String key, long revision) -> {
        out.writeByte(DELETED);
        writeText(key, out);
        out.writeLong(revision);
      }
    }
  }

  static List<Event> readEvents(DataInputStream in) throws IOException {
    var events = new ArrayList<Event>();
    while (in.available() > 0) {
      int kind = in.readUnsignedByte();
      events.add(
          switch (kind) {
            case WRITTEN -> new Event.Written(readEntry(in));
            case DELETED -> new Event.Deleted(readText(in), in.readLong());
            default -> throw new Malformed("there is no event of kind " + kind);
          });
    }
    return events;
  }

  static void writeGuarantees(Guarantees guarantees, DataOutputStream out) throws IOException {
    writeText(guarantees.name(), out);
    out.writeBoolean(guarantees.durable());
    out.writeBoolean(guarantees.replicated());
    out.writeLong(guarantees.watchInterval().toNanos());
    writeText(guarantees.caveat(), out);
  }

  static Guarantees readGuarantees(DataInputStream in) throws IOException {
    return new Guarantees(
        readText(in),
        in.readBoolean(),
        in.readBoolean(),
        Duration.ofNanos(in.readLong()),
        readText(in));
  }

  static void writeException(StoreException e, DataOutputStream out) throws IOException {
    out.writeByte(
        switch (e) {
          case StoreException.Unavailable _ -> 1;
          case StoreException.OutcomeUnknown _ -> 2;
          case StoreException.Corrupt _ -> 3;
          case StoreException.Refused _ -> 4;
          case StoreException.HistoryGone _ -> 5;
        });
    String message = String.valueOf(e.getMessage());
    writeText(message.substring(0, Math.min(message.length(), MESSAGE_CHARS_MAX)), out);
  }

  static StoreException readException(DataInputStream in) throws IOException {
    int kind = in.readUnsignedByte();
    String message = readText(in);
    return switch (kind) {
      case 1 -> new StoreException.Unavailable(message, null);
      case 2 -> new StoreException.OutcomeUnknown(message, null);
      case 3 -> new StoreException.Corrupt(message, null);
      case 4 -> new StoreException.Refused(message, null);
      case 5 -> new StoreException.HistoryGone(message);
      default -> throw new Malformed("there is no failure of kind " + kind);
    };
  }
}
