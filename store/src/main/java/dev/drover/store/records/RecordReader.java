package dev.drover.store.records;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.Certificate;
import dev.drover.core.Checkpoint;
import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
import dev.drover.core.EngineState;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Proof;
import dev.drover.core.SourceFence;
import dev.drover.core.Step;
import dev.drover.core.Undo;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Verification;
import java.util.List;
import java.util.Optional;

/// Reads the records that are read while writers wait, of this version and of all older ones.
final class RecordReader {
  private RecordReader() {}

  static Partition partition(Fields in) {
    in.format(Records.FORMAT);
    return new Partition(
        partitionId(in, "id"),
        in.number("epoch"),
        in.number("term"),
        ownership(in.part("ownership")),
        in.objects("owed", RecordReader::undo),
        in.stamp("changedAt"),
        in.unknown());
  }

  static Certificate certificate(Fields in) {
    in.format(Records.FORMAT);
    Certificate certificate =
        new Certificate(
            in.moveId("move"),
            partitionId(in, "partition"),
            in.placement("from"),
            in.placement("to"),
            in.number("epoch"),
            in.number("term"),
            in.count("attempts"),
            proof(in.part("proof")),
            receipts(in, "opened"),
            in.stamp("startedAt"),
            in.stamp("committedAt"),
            in.number("writesHeldNanos"),
            in.texts("strays"));
    // It is written anew as a whole, never added to.
    var _ = in.unknown();
    return certificate;
  }

  static GivenReceipt receipt(Fields in) {
    GivenReceipt receipt = new GivenReceipt(in.number("epoch"), in.number("shortLease"));
    var _ = in.unknown();
    return receipt;
  }

  static GatewayRecord gateway(Fields in) {
    GatewayRecord gateway =
        new GatewayRecord(
            new GatewayId(in.text("id")),
            GatewayMode.valueOf(in.text("mode")),
            in.text("address"),
            in.text("process"),
            in.number("lease"),
            in.has("identity") ? identity(in.part("identity")) : GatewayIdentity.UNSAID,
            in.has("engine") ? new Engine(in.text("engine")) : Engine.FIRST,
            in.has("reads") ? in.count("reads") : 1);
    var _ = in.unknown();
    return gateway;
  }

  private static GatewayIdentity identity(Fields in) {
    GatewayIdentity identity =
        new GatewayIdentity(
            in.text("instance"),
            in.number("longLeaseMillis"),
            in.objects(
                "homes",
                home -> new KnownHome(new HomeId(home.text("home")), home.text("address"))),
            in.text("configuration"),
            in.has("applied") ? Optional.of(applied(in.part("applied"))) : Optional.empty());
    var _ = in.unknown();
    return identity;
  }

  private static GatewayIdentity.Applied applied(Fields in) {
    GatewayIdentity.Applied applied =
        new GatewayIdentity.Applied(in.number("number"), in.text("problem"));
    var _ = in.unknown();
    return applied;
  }

  /// A name, and its engine beside it.
  private static PartitionId partitionId(Fields in, String property) {
    return new PartitionId(new Engine(in.text("engine")), in.text(property));
  }

  private static Ownership ownership(Fields in) {
    String state = in.text("state");
    Ownership ownership =
        switch (state) {
          case "Active" -> new Ownership.Active(in.placement("home"));
          case "Draining" ->
              new Ownership.Draining(in.placement("from"), in.placement("to"), move(in));
          case "Cutover" ->
              new Ownership.Cutover(in.placement("from"), in.placement("to"), move(in));
          case "Reopening" ->
              new Ownership.Reopening(in.placement("from"), in.placement("to"), move(in));
          case "Opening" ->
              new Ownership.Opening(
                  in.placement("from"), in.placement("to"), move(in), proof(in.part("proof")));
          default -> throw new Fields.TooNewException("it is in state '" + state + "'");
        };
    in.end();
    return ownership;
  }

  private static Move move(Fields ownership) {
    Fields in = ownership.part("move");
    return new Move(
        in.moveId("id"),
        new ControllerId(in.text("driver")),
        new Move.Plan(
            in.object("budget", RecordReader::budget),
            in.object("barrier", RecordReader::barrier),
            in.object("options", RecordReader::options),
            in.has("sourceFence")
                ? SourceFence.valueOf(in.text("sourceFence"))
                : SourceFence.OUTSIDERS,
            in.objects("owedOnComplete", RecordReader::undo)),
        new Move.Reached(
            Step.valueOf(in.text("step")),
            in.count("attempt"),
            in.object(
                "checkpoint",
                at -> new Checkpoint(at.number("items"), at.number("bytes"), at.text("note"))),
            in.has("state")
                ? in.object(
                    "state", state -> new EngineState(state.count("version"), state.text("text")))
                : EngineState.NONE,
            in.objects("owedOnAbort", RecordReader::undo)),
        in.stamp("startedAt"),
        in.unknown());
  }

  private static Budget budget(Fields in) {
    return new Budget(
        in.duration("pause"),
        in.count("attemptsMax"),
        in.duration("backoff"),
        in.duration("patience"));
  }

  private static Barrier barrier(Fields in) {
    String kind = in.text("kind");
    return switch (kind) {
      case "receipts" -> Barrier.RECEIPTS;
      case "timed" -> new Barrier.Timed(in.duration("hold"));
      default -> throw new Fields.TooNewException("its barrier is '" + kind + "'");
    };
  }

  private static MoverOptions options(Fields in) {
    return new MoverOptions(
        in.number("itemsPerSecondMax"),
        in.number("bytesPerSecondMax"),
        in.flag("overwrite"),
        in.flag("keepSource"),
        in.flag("takeover"),
        in.texts("excluded"));
  }

  private static Undo undo(Fields in) {
    return new Undo(
        in.text("action"),
        in.placement("at"),
        in.moveId("move"),
        in.object("options", RecordReader::options),
        in.unknown());
  }

  private static Proof proof(Fields in) {
    return new Proof(
        receipts(in, "receipts"),
        in.object(
            "settled",
            at ->
                new Settlement.Settled(
                    at.text("position"),
                    at.number("items"),
                    at.number("tailItems"),
                    at.number("verified"))),
        in.object(
            "verification",
            at ->
                new Verification(
                    at.number("items"),
                    at.number("bytes"),
                    at.number("mended"),
                    at.text("digest"))),
        in.flag("sourceFenced"),
        in.number("predictedPauseNanos"),
        in.number("holdNanos"),
        in.unknown());
  }

  private static List<Proof.Receipt> receipts(Fields in, String name) {
    return in.textIfAny(name)
        .map(ReceiptText::read)
        .orElseGet(() -> in.objects(name, RecordReader::receiptOf));
  }

  private static Proof.Receipt receiptOf(Fields in) {
    return new Proof.Receipt(
        new GatewayId(in.text("gateway")),
        in.number("epoch"),
        in.number("lease"),
        in.flag("given"),
        in.has("forgotten") && in.flag("forgotten"));
  }
}
