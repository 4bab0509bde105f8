package dev.drover.opensearch.rewrite;

/// What the ids of points in time mean. A client never has a cluster's own id: one for a shared
/// index would open other tenants' documents.
@FunctionalInterface
public interface PitIds {
  /// The cluster's id for one that a client has been given.
  ///
  /// @throws Refused if it is not this tenant's, or no longer
  String unseal(String id) throws Refused;
}
