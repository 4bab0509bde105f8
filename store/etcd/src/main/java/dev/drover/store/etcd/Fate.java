package dev.drover.store.etcd;

import dev.drover.store.StoreException;
import io.grpc.Status;
import java.util.Locale;

/// What has become of a call that failed.
///
/// | gRPC's status | fate |
/// |---|---|
/// | any, and the call never left this process | not done |
/// | `too many requests`, `not leader` | not done |
/// | an old or unknown token | stale login |
/// | the request's own: too large, no such lease, no permission, no space | refused |
/// | `required revision has been compacted` | history gone |
/// | anything else: time is over, the connection was lost, the leader was | unknown |
enum Fate {
  /// Nothing was done, and it may be asked again.
  NOT_DONE,
  /// Nothing was done: the login is to be renewed.
  STALE_LOGIN,
  /// Nothing was done, and nothing will be.
  REFUSED,
  /// What was asked about is not kept any more.
  HISTORY_GONE,
  /// It may have been done, now or still later.
  UNKNOWN;

  static Fate of(Member.Failed failure) {
    Status status = failure.status();
    String text = String.valueOf(status.getDescription()).toLowerCase(Locale.ROOT);
    if (text.contains("invalid auth token") || text.contains("revision of auth store is old")) {
      return STALE_LOGIN;
    }
    return switch (status.getCode()) {
      case INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED, UNAUTHENTICATED, ALREADY_EXISTS ->
          REFUSED;
      case FAILED_PRECONDITION -> text.contains("not leader") ? NOT_DONE : REFUSED;
      case RESOURCE_EXHAUSTED -> exhausted(text, failure.sent());
      case OUT_OF_RANGE -> text.contains("compacted") ? HISTORY_GONE : REFUSED;
      default -> failure.sent() ? UNKNOWN : NOT_DONE;
    };
  }

  /// etcd's own limits are looked at before anything is done; gRPC's may be about the answer.
  private static Fate exhausted(String text, boolean sent) {
    if (text.contains("too many requests")) {
      return NOT_DONE;
    }
    return text.contains("database space exceeded") || !sent ? REFUSED : UNKNOWN;
  }

  /// The exception of the seam for a call of this fate.
  ///
  /// @param write whether it would matter if it had been done
  StoreException exception(Member.Failed failure, Member member, boolean write) {
    String said =
        failure.status().getDescription() == null
            ? failure.status().getCode().toString()
            : failure.status().getDescription();
    String text = "etcd at " + member + ": " + said;
    return switch (this) {
      case REFUSED -> new StoreException.Refused(text, failure);
      case HISTORY_GONE -> new StoreException.HistoryGone(text);
      case NOT_DONE, STALE_LOGIN -> new StoreException.Unavailable(text, failure);
      case UNKNOWN ->
          write
              ? new StoreException.OutcomeUnknown(text, failure)
              : new StoreException.Unavailable(text, failure);
    };
  }
}
