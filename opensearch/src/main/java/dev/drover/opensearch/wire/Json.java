package dev.drover.opensearch.wire;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.json.JsonMapper;

/// How JSON of a home is read. A document may be as long as a request may be there, and may hold
/// what OpenSearch accepts beside the standard: comments, and names without quotes.
public final class Json {
  private static final int DEPTH_MAX = 5_000;

  /// Whoever reads with it bounds the bytes first.
  public static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(1 << 20)
                  .maxNumberLength(1 << 20)
                  .maxNestingDepth(DEPTH_MAX)
                  .build())
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_UNQUOTED_PROPERTY_NAMES)
          .build();

  public static final JsonMapper MAPPER = JsonMapper.builder(FACTORY).build();

  private Json() {}
}
