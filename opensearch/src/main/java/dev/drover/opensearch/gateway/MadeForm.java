package dev.drover.opensearch.gateway;

import dev.drover.opensearch.answer.FilterPath;
import dev.drover.opensearch.rewrite.Refused;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// How a client wants an answer that the gateway makes by itself, so that no home has given it this
/// form.
///
/// @param filter what is left of it; empty for all
record MadeForm(Optional<FilterPath> filter, boolean pretty) {
  /// The parameters of the URL that say so.
  static final List<String> PARAMETERS = List.of("filter_path", "pretty");

  /// Documents of clients stand in answers, as deep and as long as they like.
  static final JsonMapper DEEP =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(Integer.MAX_VALUE)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .streamWriteConstraints(
                      StreamWriteConstraints.builder().maxNestingDepth(Integer.MAX_VALUE).build())
                  .build())
          .build();

  /// @throws Refused if it asks for too much
  static MadeForm of(Map<String, String> parameters) throws Refused {
    String filter = parameters.get("filter_path");
    String pretty = parameters.getOrDefault("pretty", "false");
    return new MadeForm(
        filter == null ? Optional.empty() : Optional.of(FilterPath.parse(filter)),
        !pretty.equals("false"));
  }

  /// @param answer may be changed
  String text(ObjectNode answer) {
    filter.ifPresent(each -> each.apply(answer));
    return pretty
        ? DEEP.writerWithDefaultPrettyPrinter().writeValueAsString(answer)
        : DEEP.writeValueAsString(answer);
  }
}
