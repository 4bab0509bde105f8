package dev.drover.store.etcd;

import dev.drover.store.Guarantees;
import dev.drover.store.StoreException;
import dev.drover.store.etcd.EtcdClient.Repeat;
import io.etcd.jetcd.api.ClusterGrpc;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.MemberListRequest;
import io.etcd.jetcd.api.StatusRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What this etcd promises, by its version and by its members.
final class EtcdFacts {
  private static final Guarantees UNKNOWN =
      new Guarantees("etcd", false, false, Duration.ZERO, "etcd has not answered yet");
  private static final String ALONE =
      "this etcd has one member: what it holds is lost with that machine's disk";
  private static final String EARLY_ENDS =
      " has a known defect: a leader that was paused for longer than a lease may end it"
          + " although its successor has extended it; 3.4.29, 3.5.11 and later do not";

  private final EtcdClient client;
  private volatile @Nullable Guarantees known;

  EtcdFacts(EtcdClient client) {
    this.client = client;
  }

  Guarantees guarantees() {
    Guarantees before = known;
    if (before != null) {
      return before;
    }
    try {
      String version =
          client
              .call(
                  MaintenanceGrpc.getStatusMethod(),
                  StatusRequest.getDefaultInstance(),
                  Repeat.READ)
              .getVersion();
      int members =
          client
              .call(
                  ClusterGrpc.getMemberListMethod(),
                  MemberListRequest.getDefaultInstance(),
                  Repeat.READ)
              .getMembersCount();
      boolean replicated = members > 2;
      String caveat =
          members == 1 ? ALONE : endsEarly(version) ? "etcd " + version + EARLY_ENDS : "";
      Guarantees found = new Guarantees("etcd", true, replicated, Duration.ZERO, caveat);
      known = found;
      return found;
    } catch (StoreException e) {
      return UNKNOWN;
    }
  }

  /// Whether this version lacks the check of a leader that it still is one before it ends leases
  /// (etcd-io/etcd#15247, mended by #16822).
  static boolean endsEarly(String version) {
    String[] parts = version.split("[.+-]", 4);
    if (parts.length < 3) {
      return false;
    }
    try {
      int minor = Integer.parseInt(parts[1]);
      int patch = Integer.parseInt(parts[2]);
      return parts[0].equals("3")
          && (minor < 4 || (minor == 4 && patch < 29) || (minor == 5 && patch < 11));
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
