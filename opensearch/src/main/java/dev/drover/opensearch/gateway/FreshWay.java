package dev.drover.opensearch.gateway;

import dev.drover.core.Partition;
import dev.drover.core.Placement;
import dev.drover.core.gate.FreshMode;
import dev.drover.core.gate.Gate;
import dev.drover.gateway.RecordReader;
import dev.drover.gateway.net.Exchange;
import dev.drover.store.Entry;
import dev.drover.store.StoreException;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// By the tenant's record, in mode `fresh` (docs/design.md, G9): it is read before the request is
/// sent, and again before what the home answers is passed on.
final class FreshWay implements Way, NotedDeletes.Standing {
  private static final Logger LOG = LoggerFactory.getLogger(FreshWay.class);
  private static final long HELD_RETRY_MILLIS = 5;

  private final Lane lane;
  private final RecordReader records;
  private final Gate gate;
  private final boolean write;
  private final long sinceNanos;
  private @Nullable Partition before;
  private @Nullable Partition last;
  private boolean reading;

  FreshWay(Lane lane, RecordReader records, Gate gate, boolean write) {
    this.lane = lane;
    this.records = records;
    this.gate = gate;
    this.write = write;
    this.sinceNanos = lane.loop().nanos();
  }

  @Override
  public boolean known(Consumer<Boolean> then) {
    if (before == null && !reading) {
      reading = true;
      look(
          found -> {
            reading = false;
            before = found;
            then.accept(found != null);
          });
    }
    return before != null;
  }

  @Override
  public @Nullable Placement route() {
    Partition now = before;
    return now == null ? null : write ? now.writes().orElse(null) : now.ownership().reads();
  }

  @Override
  public void hold(Held by, Runnable again) {
    long most = lane.parts().shared().holding().options().max().toNanos();
    forget();
    if (lane.loop().nanos() - sinceNanos < most) {
      lane.loop().later(again, HELD_RETRY_MILLIS);
    } else {
      by.heldTooLong("held for as long as allowed");
    }
  }

  @Override
  public boolean admits(Placement home, Exchange exchange) {
    return true;
  }

  @Override
  public void forget() {
    before = null;
  }

  @Override
  public boolean looksAgain() {
    return true;
  }

  @Override
  public void answered(Exchange exchange, Consumer<Boolean> then) {
    Partition sent = before;
    look(after -> then.accept(sent != null && after != null && sure(sent, after)));
  }

  private boolean sure(Partition sent, Partition after) {
    return write ? FreshMode.sure(sent, after) : FreshMode.sureOfRead(sent, after);
  }

  private void look(Consumer<@Nullable Partition> then) {
    String key = Keys.partition(gate.partition());
    var _ =
        records
            .read(key)
            .whenComplete(
                (entry, failure) ->
                    lane.loop()
                        .execute(
                            () -> {
                              Partition found = failure == null ? decoded(key, entry) : null;
                              last = found == null ? last : found;
                              then.accept(found);
                              lane.loop().flush();
                            }));
  }

  private static @Nullable Partition decoded(String key, Optional<Entry> entry) {
    if (entry.isEmpty()) {
      return null;
    }
    try {
      return Records.decode(key, entry.get().value(), Partition.class);
    } catch (StoreException.Corrupt e) {
      LOG.error("{}", e.getMessage());
      return null;
    }
  }

  // --- for what it may delete

  @Override
  public NotedDeletes.Standing standing() {
    return this;
  }

  @Override
  public String tenant() {
    return gate.partition().name();
  }

  @Override
  public boolean moving() {
    Partition now = last;
    return now != null && now.moving();
  }

  @Override
  public long epoch() {
    Partition now = last;
    return now == null ? -1 : now.epoch();
  }
}
