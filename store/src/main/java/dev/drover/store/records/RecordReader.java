package dev.drover.store.records;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.Certificate;
import dev.drover.core.Checkpoint;
import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.Proof;
import dev.drover.core.Step;
import dev.drover.core.Undo;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Verification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads the records that are read while writers wait, in the order in which [RecordWriter] writes
/// them; anything else in them is an `IllegalArgumentException`.
///
/// The mapper would do, and reads and writes the same JSON, but as rarely as a hold needs it, its
/// reflection is cold: 0.3 ms for a record instead of 0.1 ms, seven times in a hold.
final class RecordReader {
  private final JsonParser in;

  RecordReader(JsonParser in) {
    this.in = in;
  }

  Partition partition() {
    expect(JsonToken.START_OBJECT);
    var partition =
        new Partition(
            partitionId("id"),
            number("epoch"),
            number("term"),
            ownership(),
            undos("owed"),
            stamp("changedAt"));
    expect(JsonToken.END_OBJECT);
    return partition;
  }

  Certificate certificate() {
    expect(JsonToken.START_OBJECT);
    var certificate =
        new Certificate(
            new MoveId(text("move")),
            partitionId("partition"),
            placement("from"),
            placement("to"),
            number("epoch"),
            number("term"),
            count("attempts"),
            proof(),
            receipts("opened"),
            stamp("startedAt"),
            stamp("committedAt"),
            number("writesHeldNanos"),
            texts("strays"));
    expect(JsonToken.END_OBJECT);
    return certificate;
  }

  GivenReceipt receipt() {
    expect(JsonToken.START_OBJECT);
    var receipt = new GivenReceipt(number("epoch"), number("shortLease"));
    expect(JsonToken.END_OBJECT);
    return receipt;
  }

  GatewayRecord gateway() {
    expect(JsonToken.START_OBJECT);
    var gateway =
        new GatewayRecord(
            new GatewayId(text("id")),
            GatewayMode.valueOf(text("mode")),
            text("address"),
            text("process"),
            number("lease"),
            more("identity") ? identity() : GatewayIdentity.UNSAID,
            found("engine") ? new Engine(value()) : Engine.FIRST);
    expectEnd();
    return gateway;
  }

  private GatewayIdentity identity() {
    expect(JsonToken.START_OBJECT);
    var identity =
        new GatewayIdentity(
            text("instance"),
            number("longLeaseMillis"),
            list(
                "homes",
                JsonToken.START_OBJECT,
                () -> {
                  var home = new KnownHome(new HomeId(text("home")), text("address"));
                  expect(JsonToken.END_OBJECT);
                  return home;
                }),
            text("configuration"));
    expect(JsonToken.END_OBJECT);
    in.nextToken();
    return identity;
  }

  /// Whether the object goes on with this property, which older versions do not write.
  private boolean more(String name) {
    in.nextToken();
    return found(name);
  }

  /// Whether what was read last is the name of this property.
  private boolean found(String name) {
    return in.currentToken() == JsonToken.PROPERTY_NAME && name.equals(in.currentName());
  }

  /// The text of a property whose name was read, and then what follows it.
  private String value() {
    JsonToken value = in.nextToken();
    if (value != JsonToken.VALUE_STRING) {
      throw new IllegalArgumentException("a text should be where " + value + " is");
    }
    String text = in.getString();
    in.nextToken();
    return text;
  }

  /// After a last property that [#more] has asked for.
  private void expectEnd() {
    if (in.currentToken() != JsonToken.END_OBJECT) {
      throw new IllegalArgumentException(
          "the object should end where " + in.currentToken() + " is");
    }
  }

  /// To be called when the record has been read.
  void end() {
    JsonToken more = in.nextToken();
    if (more != null) {
      throw new IllegalArgumentException("it goes on with " + more);
    }
  }

  /// A name, and its engine behind it.
  private PartitionId partitionId(String property) {
    String name = text(property);
    return new PartitionId(new Engine(text("engine")), name);
  }

  private Ownership ownership() {
    object("ownership");
    String state = text("state");
    Ownership ownership =
        switch (state) {
          case "Active" -> new Ownership.Active(placement("home"));
          case "Draining" -> new Ownership.Draining(placement("from"), placement("to"), move());
          case "Cutover" -> new Ownership.Cutover(placement("from"), placement("to"), move());
          case "Opening" ->
              new Ownership.Opening(placement("from"), placement("to"), move(), proof());
          default -> throw new IllegalArgumentException("'state' is '" + state + "'");
        };
    expect(JsonToken.END_OBJECT);
    return ownership;
  }

  private Placement placement(String name) {
    object(name);
    var placement = new Placement(new HomeId(text("home")), text("locator"));
    expect(JsonToken.END_OBJECT);
    return placement;
  }

  private Move move() {
    object("move");
    var move =
        new Move(
            new MoveId(text("id")),
            new ControllerId(text("driver")),
            Step.valueOf(text("step")),
            count("attempt"),
            checkpoint(),
            budget(),
            barrier(),
            options(),
            undos("owedOnAbort"),
            undos("owedOnComplete"),
            stamp("startedAt"));
    expect(JsonToken.END_OBJECT);
    return move;
  }

  private Checkpoint checkpoint() {
    object("checkpoint");
    var checkpoint = new Checkpoint(number("items"), number("bytes"), text("note"));
    expect(JsonToken.END_OBJECT);
    return checkpoint;
  }

  private Budget budget() {
    object("budget");
    var budget =
        new Budget(
            duration("pause"), count("attemptsMax"), duration("backoff"), duration("patience"));
    expect(JsonToken.END_OBJECT);
    return budget;
  }

  private Barrier barrier() {
    object("barrier");
    String kind = text("kind");
    Barrier barrier =
        switch (kind) {
          case "receipts" -> Barrier.RECEIPTS;
          case "timed" -> new Barrier.Timed(duration("hold"));
          default -> throw new IllegalArgumentException("'kind' is '" + kind + "'");
        };
    expect(JsonToken.END_OBJECT);
    return barrier;
  }

  private MoverOptions options() {
    object("options");
    var options =
        new MoverOptions(
            number("itemsPerSecondMax"),
            number("bytesPerSecondMax"),
            flag("overwrite"),
            flag("keepSource"),
            flag("takeover"),
            texts("excluded"));
    expect(JsonToken.END_OBJECT);
    return options;
  }

  private List<Undo> undos(String name) {
    return list(
        name,
        JsonToken.START_OBJECT,
        () -> {
          var undo = new Undo(text("action"), placement("at"), new MoveId(text("move")), options());
          expect(JsonToken.END_OBJECT);
          return undo;
        });
  }

  private Proof proof() {
    object("proof");
    var proof =
        new Proof(
            receipts("receipts"),
            settled(),
            verification(),
            flag("sourceFenced"),
            number("predictedPauseNanos"),
            number("holdNanos"));
    expect(JsonToken.END_OBJECT);
    return proof;
  }

  private Settlement.Settled settled() {
    object("settled");
    var settled =
        new Settlement.Settled(
            text("position"), number("items"), number("tailItems"), number("verified"));
    expect(JsonToken.END_OBJECT);
    return settled;
  }

  private Verification verification() {
    object("verification");
    var verification =
        new Verification(number("items"), number("bytes"), number("mended"), text("digest"));
    expect(JsonToken.END_OBJECT);
    return verification;
  }

  private List<Proof.Receipt> receipts(String name) {
    String found = in.nextName();
    JsonToken value = in.nextToken();
    if (name.equals(found) && value == JsonToken.VALUE_STRING) {
      return ReceiptText.read(in.getString());
    }
    if (!name.equals(found) || value != JsonToken.START_ARRAY) {
      throw unexpected(name, "receipts", found, value);
    }
    return elements(
        name,
        JsonToken.START_OBJECT,
        () -> {
          var receipt =
              new Proof.Receipt(
                  new GatewayId(text("gateway")),
                  number("epoch"),
                  number("lease"),
                  flag("given"),
                  more("forgotten") && flag());
          expectEnd();
          return receipt;
        });
  }

  private List<String> texts(String name) {
    return list(name, JsonToken.VALUE_STRING, in::getString);
  }

  private <T> List<T> list(String name, JsonToken first, Supplier<T> element) {
    property(name, JsonToken.START_ARRAY);
    return elements(name, first, element);
  }

  /// What is left of a list after its beginning.
  private <T> List<T> elements(String name, JsonToken first, Supplier<T> element) {
    List<T> list = new ArrayList<>();
    for (JsonToken next = in.nextToken(); next != JsonToken.END_ARRAY; next = in.nextToken()) {
      if (next != first) {
        throw new IllegalArgumentException("'" + name + "' holds " + next);
      }
      list.add(element.get());
    }
    return list;
  }

  private void object(String name) {
    property(name, JsonToken.START_OBJECT);
  }

  private String text(String name) {
    property(name, JsonToken.VALUE_STRING);
    return in.getString();
  }

  private Duration duration(String name) {
    return Duration.parse(text(name));
  }

  private Hlc stamp(String name) {
    return Hlc.parse(text(name));
  }

  private long number(String name) {
    property(name, JsonToken.VALUE_NUMBER_INT);
    return in.getLongValue();
  }

  private int count(String name) {
    property(name, JsonToken.VALUE_NUMBER_INT);
    return in.getIntValue();
  }

  private boolean flag(String name) {
    String found = in.nextName();
    JsonToken value = in.nextToken();
    if (!name.equals(found) || !(value == JsonToken.VALUE_TRUE || value == JsonToken.VALUE_FALSE)) {
      throw unexpected(name, "a boolean", found, value);
    }
    return value == JsonToken.VALUE_TRUE;
  }

  /// The flag of a property whose name was read, and then what follows it.
  private boolean flag() {
    JsonToken value = in.nextToken();
    if (value != JsonToken.VALUE_TRUE && value != JsonToken.VALUE_FALSE) {
      throw new IllegalArgumentException("a boolean should be where " + value + " is");
    }
    in.nextToken();
    return value == JsonToken.VALUE_TRUE;
  }

  private void property(String name, JsonToken kind) {
    String found = in.nextName();
    JsonToken value = in.nextToken();
    if (!name.equals(found) || value != kind) {
      throw unexpected(name, kind.toString(), found, value);
    }
  }

  private static IllegalArgumentException unexpected(
      String name, String kind, @Nullable String found, @Nullable JsonToken value) {
    return new IllegalArgumentException(
        "'%s' (%s) should be where '%s' (%s) is".formatted(name, kind, found, value));
  }

  private void expect(JsonToken token) {
    JsonToken found = in.nextToken();
    if (found != token) {
      throw new IllegalArgumentException(token + " should be where " + found + " is");
    }
  }
}
