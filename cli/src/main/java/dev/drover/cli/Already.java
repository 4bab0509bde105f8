package dev.drover.cli;

import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import java.util.function.Predicate;

/// Tells a refusal because things are as they were asked to be from other refusals: a script that
/// is run again takes the first for success.
final class Already {
  /// The state of a partition that does not move.
  static final String AT_REST = "Active";

  private Already() {}

  /// What there is to throw for a refusal.
  ///
  /// @param so whether a partition at rest is as it was asked to be
  /// @return the refusal itself, if it is not so
  /// @throws Failure with exit code 4, if it is
  static ApiException or(
      ApiException refusal, ApiClient client, String partition, Predicate<Json> so)
      throws Failure, ApiException {
    if (refusal.conflict()) {
      for (Json each : client.json("/v1/partitions").items()) {
        if ((each.text("id").equals(partition) || each.text("name").equals(partition))
            && each.text("state").equals(AT_REST)
            && so.test(each)) {
          throw new Failure(Exit.ALREADY, refusal.why(), "nothing was done", refusal);
        }
      }
    }
    return refusal;
  }
}
