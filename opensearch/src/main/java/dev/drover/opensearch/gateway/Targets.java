package dev.drover.opensearch.gateway;

import dev.drover.core.gate.Gate;
import dev.drover.opensearch.answer.AnswerRewriter.Shape;
import dev.drover.opensearch.rewrite.Endpoints;
import dev.drover.opensearch.rewrite.Refused;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a home is asked for each endpoint.
record Targets(Asked asked, Gate gate, ClientRequest request, Endpoints.Match match) {
  private static final int NOT_IMPLEMENTED = 501;

  Plan plan() throws Refused {
    return switch (match.endpoint()) {
      case DOC_GET, DOC_EXISTS -> document("_doc");
      case SOURCE_GET, SOURCE_EXISTS -> document("_source");
      case DOC_PUT, DOC_DELETE -> document("_doc");
      case CREATE -> document("_create");
      case DOC_ADD -> added();
      case BULK -> forward(new BulkTarget(asked, match.index()));
      case REFRESH -> index(List.of("_refresh"), Shape.DOCUMENTS);
      case MAPPING_GET, MAPPING_PUT -> index(List.of("_mapping"), Shape.BY_INDEX);
      case SETTINGS_GET ->
          index(
              match.name().map(name -> List.of("_settings", name)).orElse(List.of("_settings")),
              Shape.BY_INDEX);
      case INDEX_EXISTS, INDEX_GET -> index(List.of(), Shape.BY_INDEX);
      default ->
          throw new Refused(
              NOT_IMPLEMENTED,
              Refused.DROVER,
              "%s is not offered yet".formatted(match.endpoint().paths().getFirst()));
    };
  }

  private Plan document(String action) {
    return forward(
        new DocumentTarget(
            asked,
            request.method(),
            index(),
            List.of(action),
            match.id(),
            Map.of(),
            Shape.DOCUMENTS));
  }

  /// A document without an id gets it here: so a write whose answer was lost is not done twice.
  private Plan added() {
    return forward(
        new DocumentTarget(
            asked,
            "PUT",
            index(),
            List.of("_doc"),
            Optional.of(asked.serving().ids().next()),
            Map.of("op_type", "create"),
            Shape.DOCUMENTS));
  }

  private Plan index(List<String> action, Shape shape) {
    return forward(
        new DocumentTarget(
            asked, request.method(), index(), action, Optional.empty(), Map.of(), shape));
  }

  private String index() {
    return match.index().orElseThrow();
  }

  private Plan forward(Plan.Target target) {
    return new Plan.Forward(
        gate,
        Optional.empty(),
        match.endpoint().writes(),
        asked.serving().options().bodyBytesMax(),
        true,
        target,
        match.endpoint().name().toLowerCase(java.util.Locale.ROOT),
        match.id().orElse(""));
  }
}
