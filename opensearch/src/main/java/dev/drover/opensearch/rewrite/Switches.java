package dev.drover.opensearch.rewrite;

/// What an operator allows at shared indices that Drover otherwise refuses there.
///
/// @param scripts scripts that are run on the documents that a search has found: for scores,
///   sorting, fields and aggregations. Scripts that choose documents are refused all the same,
///   because a cluster runs them on documents of other tenants. Updates of a tenant's own documents
///   by script need no switch
/// @param mappings reading the mapping and the settings of a shared index. It shows the names of
///   all fields, so allow it only if documents cannot add fields (`dynamic: strict` or `false`)
public record Switches(boolean scripts, boolean mappings) {
  /// Nothing is allowed.
  public static final Switches NONE = new Switches(false, false);
}
