package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.gateway.net.Exchange;
import dev.drover.opensearch.bulk.BulkBody;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What one request may delete, and whether that is noted at the tenant's home. It has to be while
/// the tenant moves: before the home is sent the request, or, if the tenant has begun to move
/// since, before the client is answered and the pass given back. A note for an earlier move may be
/// dropped by now, so it is noted again if the epoch is another one. So each delete is noted, or
/// was done before its gateway has confirmed that the tenant moves (docs/design.md, M11). Owned by
/// one event loop.
final class NotedDeletes {
  private final Lane lane;
  private final Exchange exchange;
  private final @Nullable Standing standing;
  private @Nullable Placement home;
  private List<BulkBody.Deletable> documents = List.of();

  /// The epoch under which it was noted last; negative if it was not.
  private long notedEpoch = -1;

  private @Nullable ArrayDeque<ByteBuf> delayed;
  private boolean delayedWhole;

  /// How the tenant stands, as far as the gateway knows.
  interface Standing {
    String tenant();

    boolean moving();

    long epoch();

    static Standing of(Gate gate) {
      return new Standing() {
        @Override
        public String tenant() {
          return gate.partition().name();
        }

        @Override
        public boolean moving() {
          return gate.route().moving();
        }

        @Override
        public long epoch() {
          return gate.route().epoch();
        }
      };
    }
  }

  /// @param standing null for a request of no tenant
  NotedDeletes(Lane lane, Exchange exchange, @Nullable Standing standing) {
    this.lane = lane;
    this.exchange = exchange;
    this.standing = standing;
  }

  /// The request is about to go to a home.
  void of(Placement to, List<BulkBody.Deletable> deletable) {
    home = to;
    documents = deletable;
    notedEpoch = -1;
  }

  /// Whether something has to be noted now.
  boolean due() {
    Standing now = standing;
    return !documents.isEmpty()
        && now != null
        && delayed == null
        && now.moving()
        && now.epoch() != notedEpoch;
  }

  /// @param then told why it could not be noted, or null if it is
  void note(Consumer<@Nullable String> then) {
    Standing of = standing;
    Placement at = home;
    if (of == null || at == null) {
      throw new IllegalStateException("a delete of no tenant is noted");
    }
    notedEpoch = of.epoch();
    String tenant = of.tenant();
    new DeletionNotes(lane, exchange, at.home(), tenant, documents, then).write();
  }

  // --- an answer that is kept back meanwhile

  /// Keeps the answer back from now on.
  void delay() {
    delayed = new ArrayDeque<>();
  }

  /// @return whether the piece was kept back
  boolean keep(ByteBuf piece, boolean whole) {
    ArrayDeque<ByteBuf> kept = delayed;
    if (kept == null) {
      return false;
    }
    kept.add(piece);
    delayedWhole |= whole;
    return true;
  }

  /// Who is shown an answer.
  interface Shown {
    void show(ByteBuf piece, boolean whole);
  }

  /// Shows what was kept back.
  void release(Shown to) {
    ArrayDeque<ByteBuf> kept = delayed;
    delayed = null;
    while (kept != null && !kept.isEmpty()) {
      ByteBuf next = kept.remove();
      to.show(next, delayedWhole && kept.isEmpty());
    }
  }

  /// Drops what was kept back.
  void drop() {
    release((piece, whole) -> piece.release());
  }
}
