package dev.drover.opensearch.gateway;

import dev.drover.opensearch.answer.AnswerShape;
import dev.drover.opensearch.rewrite.Endpoints;
import dev.drover.opensearch.rewrite.IndexBody;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a home is asked for each endpoint.
///
/// @param to the tenant's gate, or where indices of no tenant are
record Targets(Asked asked, Plan.To to, ClientRequest request, Endpoints.Match match) {
  Plan plan() {
    return switch (match.endpoint()) {
      case DOC_GET, DOC_EXISTS, DOC_PUT, DOC_DELETE -> document("_doc", AnswerShape.DOCUMENTS);
      case SOURCE_GET, SOURCE_EXISTS -> document("_source", AnswerShape.SOURCE);
      case CREATE -> document("_create", AnswerShape.DOCUMENTS);
      case DOC_ADD -> added();
      case UPDATE ->
          walked(new UpdateTarget(asked, match.id().orElseThrow()), AnswerShape.DOCUMENTS);
      case BULK -> bulk();
      case MGET -> walked(SearchTargets::mget, AnswerShape.DOCUMENTS);
      case SEARCH -> walked(SearchTargets::search, AnswerShape.DOCUMENTS);
      case MSEARCH -> walked(SearchTargets::msearch, AnswerShape.DOCUMENTS);
      case COUNT ->
          walked(SearchTargets.query(SearchTargets.COUNT, match.id()), AnswerShape.DOCUMENTS);
      case VALIDATE ->
          walked(
              SearchTargets.query(List.of("_validate", "query"), match.id()),
              AnswerShape.DOCUMENTS);
      case EXPLAIN ->
          walked(SearchTargets.query(List.of("_explain"), match.id()), AnswerShape.DOCUMENTS);
      case TERMVECTORS -> walked(SearchTargets.termVectors(match.id()), AnswerShape.DOCUMENTS);
      case ANALYZE -> walked(SearchTargets::analyze, AnswerShape.DOCUMENTS);
      case FIELD_CAPS -> walked(SearchTargets::fieldCaps, AnswerShape.FIELDS);
      case PIT_CREATE -> walked(SearchTargets::openPit, AnswerShape.DOCUMENTS);
      case PIT_DELETE -> walked(SearchTargets::endPit, AnswerShape.DOCUMENTS);
      case SCROLL -> walked(SearchTargets.scroll(scrollId()), AnswerShape.DOCUMENTS);
      case SCROLL_DELETE -> walked(SearchTargets.endScroll(scrollId()), AnswerShape.DOCUMENTS);
      case REFRESH -> index(List.of("_refresh"), AnswerShape.DOCUMENTS);
      case MAPPING_GET -> index(List.of("_mapping"), AnswerShape.BY_INDEX);
      case SETTINGS_GET ->
          index(
              match.name().map(name -> List.of("_settings", name)).orElse(List.of("_settings")),
              AnswerShape.BY_INDEX);
      case INDEX_EXISTS, INDEX_GET -> index(List.of(), AnswerShape.BY_INDEX);
      case DELETE_BY_QUERY -> ByQuery.plan(to, asked, match.index(), false);
      case UPDATE_BY_QUERY -> ByQuery.plan(to, asked, match.index(), true);
      case INDEX_DELETE -> index(List.of(), AnswerShape.DOCUMENTS);
      case INDEX_CREATE ->
          walked(
              body ->
                  new WalkedTarget.Request(
                      "PUT",
                      List.of(body.view().physical()),
                      IndexBody.create(body.bytes(), body.view())),
              AnswerShape.DOCUMENTS);
      case MAPPING_PUT ->
          walked(
              body ->
                  new WalkedTarget.Request(
                      "PUT",
                      List.of(body.view().physical(), "_mapping"),
                      IndexBody.mapping(body.bytes(), body.view())),
              AnswerShape.DOCUMENTS);
      case INFO, HEALTH -> throw new IllegalStateException("a gateway answers that by itself");
    };
  }

  private Optional<String> scrollId() {
    return match.id().or(() -> Optional.ofNullable(asked.parameters().get("scroll_id")));
  }

  private Plan walked(WalkedTarget.Walked how, AnswerShape shape) {
    return forward(
        new WalkedTarget(asked, match.index(), scrollId(), how, shape),
        asked.serving().options().limits().walkedBytesMax(),
        false);
  }

  /// A compressed one has to be here as a whole.
  private Plan bulk() {
    boolean plain = asked.sent().contentEncoding().isEmpty();
    return forward(
        new BulkTarget(asked, match.index()),
        plain
            ? asked.serving().options().limits().bodyBytesMax()
            : asked.serving().options().limits().walkedBytesMax(),
        plain);
  }

  private Plan document(String action, AnswerShape shape) {
    return forward(
        new DocumentTarget(
            asked, request.method(), index(), List.of(action), match.id(), Map.of(), shape));
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
            AnswerShape.DOCUMENTS));
  }

  private Plan index(List<String> action, AnswerShape shape) {
    return forward(
        new DocumentTarget(
            asked, request.method(), index(), action, Optional.empty(), Map.of(), shape));
  }

  private String index() {
    return match.index().orElseThrow();
  }

  private Plan forward(Plan.Target target) {
    return forward(target, asked.serving().options().limits().bodyBytesMax(), true);
  }

  private Plan forward(Plan.Target target, long bodyBytesMax, boolean streams) {
    return new Plan.Forward(
        to,
        match.endpoint().writes(),
        bodyBytesMax,
        streams,
        target,
        match.endpoint().name().toLowerCase(java.util.Locale.ROOT),
        match.id().orElse(""));
  }
}
