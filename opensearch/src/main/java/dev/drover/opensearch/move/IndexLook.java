package dev.drover.opensearch.move;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// What a cluster says of one index.
///
/// @param name at the home
/// @param body with `aliases`, `mappings` and flat `settings`
record IndexLook(String name, JsonNode body) {
  private static final List<String> BLOCKS =
      List.of(
          "index.blocks.write",
          "index.blocks.read_only",
          "index.blocks.read_only_allow_delete",
          "index.blocks.read",
          "index.blocks.metadata");

  /// Empty if it is not set.
  String setting(String key) {
    return body.path("settings").path(key).asString("");
  }

  String uuid() {
    return setting("index.uuid");
  }

  int shards() {
    return Integer.parseInt(setting("index.number_of_shards"));
  }

  boolean closed() {
    return setting("index.verified_before_close").equals("true");
  }

  /// What refuses requests to it.
  List<String> blocks() {
    return BLOCKS.stream().filter(key -> setting(key).equals("true")).toList();
  }

  JsonNode mappings() {
    return body.path("mappings");
  }

  JsonNode settings() {
    return body.path("settings");
  }

  JsonNode aliases() {
    return body.path("aliases");
  }
}
