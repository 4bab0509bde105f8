package dev.drover.store.records;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.Certificate;
import dev.drover.core.Engine;
import dev.drover.core.Move;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.Placement;
import dev.drover.core.Proof;
import dev.drover.core.SourceFence;
import dev.drover.core.Undo;
import dev.drover.core.Unknown;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Verification;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/// Writes the records that are written while writers wait, as the mapper would: see [RecordReader].
final class RecordWriter {
  private final JsonGenerator out;

  RecordWriter(JsonGenerator out) {
    this.out = out;
  }

  void partition(Partition p) {
    out.writeStartObject();
    out.writeStringProperty("id", p.id().name());
    out.writeStringProperty("engine", p.id().engine().name());
    out.writeNumberProperty("epoch", p.epoch());
    out.writeNumberProperty("term", p.term());
    ownership(p.ownership());
    undos("owed", p.owed());
    out.writeStringProperty("changedAt", p.changedAt().toString());
    if (format(p.ownership()) > 1) {
      out.writeNumberProperty("format", format(p.ownership()));
    }
    unknown(p.unknown());
    out.writeEndObject();
  }

  void certificate(Certificate c) {
    out.writeStartObject();
    out.writeStringProperty("move", c.move().value());
    out.writeStringProperty("partition", c.partition().name());
    out.writeStringProperty("engine", c.partition().engine().name());
    placement("from", c.from());
    placement("to", c.to());
    out.writeNumberProperty("epoch", c.epoch());
    out.writeNumberProperty("term", c.term());
    out.writeNumberProperty("attempts", c.attempts());
    proof(c.proof());
    receipts("opened", c.opened());
    out.writeStringProperty("startedAt", c.startedAt().toString());
    out.writeStringProperty("committedAt", c.committedAt().toString());
    out.writeNumberProperty("writesHeldNanos", c.writesHeldNanos());
    texts("strays", c.strays());
    out.writeEndObject();
  }

  void receipt(GivenReceipt r) {
    out.writeStartObject();
    out.writeNumberProperty("epoch", r.epoch());
    out.writeNumberProperty("shortLease", r.shortLease());
    out.writeEndObject();
  }

  void gateway(GatewayRecord r) {
    out.writeStartObject();
    out.writeStringProperty("id", r.id().value());
    out.writeStringProperty("mode", r.mode().name());
    out.writeStringProperty("address", r.address());
    out.writeStringProperty("process", r.process());
    out.writeNumberProperty("lease", r.lease());
    identity(r.identity());
    if (!r.engine().equals(Engine.FIRST)) {
      out.writeStringProperty("engine", r.engine().name());
    }
    if (r.reads() > 1) {
      out.writeNumberProperty("reads", r.reads());
    }
    out.writeEndObject();
  }

  private void identity(GatewayIdentity identity) {
    out.writeObjectPropertyStart("identity");
    out.writeStringProperty("instance", identity.instance());
    out.writeNumberProperty("longLeaseMillis", identity.longLeaseMillis());
    out.writeArrayPropertyStart("homes");
    for (KnownHome home : identity.homes()) {
      out.writeStartObject();
      out.writeStringProperty("home", home.home().value());
      out.writeStringProperty("address", home.address());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeStringProperty("configuration", identity.configuration());
    identity.applied().ifPresent(this::applied);
    out.writeEndObject();
  }

  private void applied(GatewayIdentity.Applied applied) {
    out.writeObjectPropertyStart("applied");
    out.writeNumberProperty("number", applied.number());
    out.writeStringProperty("problem", applied.problem());
    out.writeEndObject();
  }

  private void ownership(Ownership ownership) {
    out.writeObjectPropertyStart("ownership");
    out.writeStringProperty("state", ownership.label());
    switch (ownership) {
      case Ownership.Active active -> placement("home", active.home());
      case Ownership.Moving moving -> {
        placement("from", moving.from());
        placement("to", moving.to());
        move(moving.move());
        if (moving instanceof Ownership.Opening opening) {
          proof(opening.proof());
        }
      }
    }
    out.writeEndObject();
  }

  private void placement(String name, Placement p) {
    out.writeObjectPropertyStart(name);
    out.writeStringProperty("home", p.home().value());
    out.writeStringProperty("locator", p.locator());
    out.writeEndObject();
  }

  private void move(Move m) {
    out.writeObjectPropertyStart("move");
    out.writeStringProperty("id", m.id().value());
    out.writeStringProperty("driver", m.driver().value());
    out.writeStringProperty("step", m.step().name());
    out.writeNumberProperty("attempt", m.attempt());
    out.writeObjectPropertyStart("checkpoint");
    out.writeNumberProperty("items", m.checkpoint().items());
    out.writeNumberProperty("bytes", m.checkpoint().bytes());
    out.writeStringProperty("note", m.checkpoint().note());
    out.writeEndObject();
    budget(m.budget());
    barrier(m.barrier());
    options(m.options());
    undos("owedOnAbort", m.owedOnAbort());
    undos("owedOnComplete", m.owedOnComplete());
    out.writeStringProperty("startedAt", m.startedAt().toString());
    if (m.plan().sourceFence() != SourceFence.OUTSIDERS) {
      out.writeStringProperty("sourceFence", m.plan().sourceFence().name());
    }
    if (!m.state().none()) {
      out.writeObjectPropertyStart("state");
      out.writeNumberProperty("version", m.state().version());
      out.writeStringProperty("text", m.state().text());
      out.writeEndObject();
    }
    unknown(m.unknown());
    out.writeEndObject();
  }

  /// A source that refuses gateways as well is not to be written to before its fence is lifted:
  /// readers of the first format would route writes there.
  private static int format(Ownership ownership) {
    boolean everyone =
        ownership instanceof Ownership.Moving m
            && m.move().plan().sourceFence() == SourceFence.EVERYONE;
    return everyone ? 2 : 1;
  }

  private void unknown(Unknown unknown) {
    unknown
        .fields()
        .forEach(
            (name, json) -> {
              out.writeName(name);
              out.writeRawValue(json);
            });
  }

  private void budget(Budget b) {
    out.writeObjectPropertyStart("budget");
    out.writeStringProperty("pause", b.pause().toString());
    out.writeNumberProperty("attemptsMax", b.attemptsMax());
    out.writeStringProperty("backoff", b.backoff().toString());
    out.writeStringProperty("patience", b.patience().toString());
    out.writeEndObject();
  }

  private void barrier(Barrier barrier) {
    out.writeObjectPropertyStart("barrier");
    switch (barrier) {
      case Barrier.Receipts _ -> out.writeStringProperty("kind", "receipts");
      case Barrier.Timed timed -> {
        out.writeStringProperty("kind", "timed");
        out.writeStringProperty("hold", timed.hold().toString());
      }
    }
    out.writeEndObject();
  }

  private void options(MoverOptions o) {
    out.writeObjectPropertyStart("options");
    out.writeNumberProperty("itemsPerSecondMax", o.itemsPerSecondMax());
    out.writeNumberProperty("bytesPerSecondMax", o.bytesPerSecondMax());
    out.writeBooleanProperty("overwrite", o.overwrite());
    out.writeBooleanProperty("keepSource", o.keepSource());
    out.writeBooleanProperty("takeover", o.takeover());
    texts("excluded", o.excluded());
    out.writeEndObject();
  }

  private void undos(String name, List<Undo> undos) {
    out.writeArrayPropertyStart(name);
    for (Undo undo : undos) {
      out.writeStartObject();
      out.writeStringProperty("action", undo.action());
      placement("at", undo.at());
      out.writeStringProperty("move", undo.move().value());
      options(undo.options());
      unknown(undo.unknown());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private void proof(Proof p) {
    out.writeObjectPropertyStart("proof");
    receipts("receipts", p.receipts());
    Settlement.Settled settled = p.settled();
    out.writeObjectPropertyStart("settled");
    out.writeStringProperty("position", settled.position());
    out.writeNumberProperty("items", settled.items());
    out.writeNumberProperty("tailItems", settled.tailItems());
    out.writeNumberProperty("verified", settled.verified());
    out.writeEndObject();
    Verification verification = p.verification();
    out.writeObjectPropertyStart("verification");
    out.writeNumberProperty("items", verification.items());
    out.writeNumberProperty("bytes", verification.bytes());
    out.writeNumberProperty("mended", verification.mended());
    out.writeStringProperty("digest", verification.digest());
    out.writeEndObject();
    out.writeBooleanProperty("sourceFenced", p.sourceFenced());
    out.writeNumberProperty("predictedPauseNanos", p.predictedPauseNanos());
    out.writeNumberProperty("holdNanos", p.holdNanos());
    unknown(p.unknown());
    out.writeEndObject();
  }

  private void receipts(String name, List<Proof.Receipt> receipts) {
    Optional<String> text = ReceiptText.of(receipts);
    if (text.isPresent()) {
      out.writeStringProperty(name, text.get());
      return;
    }
    out.writeArrayPropertyStart(name);
    for (Proof.Receipt receipt : receipts) {
      out.writeStartObject();
      out.writeStringProperty("gateway", receipt.gateway().value());
      out.writeNumberProperty("epoch", receipt.epoch());
      out.writeNumberProperty("lease", receipt.lease());
      out.writeBooleanProperty("given", receipt.given());
      out.writeBooleanProperty("forgotten", receipt.forgotten());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private void texts(String name, List<String> texts) {
    out.writeArrayPropertyStart(name);
    texts.forEach(out::writeString);
    out.writeEndArray();
  }
}
