package dev.drover.control;

import dev.drover.control.certificate.OldCopy;
import dev.drover.control.certificate.Signer;
import dev.drover.core.Certificate;
import dev.drover.core.MoveId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.store.Entry;
import dev.drover.store.StoreException;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.List;
import java.util.Optional;

/// The certificates of moves, as the signed files that the API gives.
public final class Certificates {
  private final Controller controller;
  private final Signer signer;

  public Certificates(Controller controller, Signer signer) {
    this.controller = controller;
    this.signer = signer;
  }

  /// The certificate of a move, as a signed file.
  ///
  /// The record is read before what it promises: once it owes nothing, all that was found at the
  /// old home is in the store.
  public byte[] signed(MoveId id) throws StoreException, ControlException {
    PartitionId partition = certificate(id).partition();
    OldCopy oldCopy = oldCopy(partition, id);
    List<String> strays = controller.keeping().strays(id);
    Certificate c = certificate(id);
    return signer.sign(
        strays.isEmpty() ? c : c.strayedBy(strays),
        oldCopy,
        controller.options().clocks().wallMillis());
  }

  private Certificate certificate(MoveId id) throws StoreException, ControlException {
    return controller
        .history()
        .certificate(id)
        .orElseThrow(
            () ->
                new ControlException(
                    ControlException.Kind.NOT_FOUND,
                    "there is no certificate of a move '" + id + "'"));
  }

  private OldCopy oldCopy(PartitionId id, MoveId move) throws StoreException {
    String key = Keys.partition(id);
    Optional<Entry> entry = controller.store().get(key);
    if (entry.isEmpty()) {
      return OldCopy.UNKNOWN;
    }
    Partition p = Records.decode(key, entry.get().value(), Partition.class);
    boolean moves = p.move().filter(m -> m.id().equals(move)).isPresent();
    boolean owed = p.owed().stream().anyMatch(undo -> undo.move().equals(move));
    return moves || owed ? OldCopy.OWED : OldCopy.SETTLED;
  }

  /// The keys by which the servers of this store sign.
  public List<Shapes.SignerView> signers() throws StoreException {
    return Signer.published(controller.store()).stream().map(Shapes.SignerView::of).toList();
  }
}
