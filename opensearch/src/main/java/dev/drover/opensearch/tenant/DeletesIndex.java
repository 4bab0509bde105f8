package dev.drover.opensearch.tenant;

/// The index of a home in which gateways note, while a tenant moves away from there, which
/// documents may be deleted, and from which its mover reads them (docs/decisions/0110).
public final class DeletesIndex {
  public static final String NAME = Names.OWN + "deletes";

  /// The body by which it is made.
  public static final String SHAPE =
      """
      {"settings":{"number_of_shards":1,"auto_expand_replicas":"0-1","index.hidden":true},
       "mappings":{"dynamic":"strict","properties":{
         "partition":{"type":"keyword"},"index":{"type":"keyword"},
         "id":{"type":"keyword","index":false,"doc_values":false},
         "routing":{"type":"keyword","index":false,"doc_values":false},
         "at":{"type":"date","format":"epoch_millis"}}}}
      """;

  private DeletesIndex() {}
}
