package dev.drover.opensearch.rewrite;

/// What an operator allows at shared indices that Drover otherwise refuses there.
///
/// @param scripts scripts in searches. A script that fails tells its author something of the
///   document on which it failed, and a cluster that caches a filter runs it on documents of other
///   tenants. Updates of a tenant's own documents by script are always allowed
/// @param mappings reading the mapping and the settings of a shared index. It shows the names of
///   all fields, so allow it only if documents cannot add fields (`dynamic: strict` or `false`)
public record Switches(boolean scripts, boolean mappings) {
  /// Nothing is allowed.
  public static final Switches NONE = new Switches(false, false);
}
