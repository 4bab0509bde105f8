package dev.drover.opensearch.rewrite;

import static dev.drover.opensearch.rewrite.Rules.DATA;
import static dev.drover.opensearch.rewrite.Rules.SCALAR;

import java.util.OptionalLong;
import tools.jackson.core.JsonToken;

/// The body of an update of one document, as it is sent to the cluster. The document's content is
/// not touched: neither it nor a script can change the id or the routing.
public final class UpdateBody {
  private static final String SCRIPT = "script";
  private static final String SEQ_NO = "if_seq_no";
  private static final String PRIMARY_TERM = "if_primary_term";

  private static final ObjectRule KEYS =
      ObjectRule.of("update")
          .with(DATA, "doc", "upsert", "_source")
          .with(SCALAR, "doc_as_upsert", "scripted_upsert", "detect_noop")
          .with(Rules.OWN_SCRIPT, SCRIPT);

  private final byte[] body;
  private final boolean script;
  private final OptionalLong ifSeqNo;
  private final OptionalLong ifPrimaryTerm;

  private UpdateBody(byte[] body, Update rule) {
    this.body = body;
    this.script = rule.script;
    this.ifSeqNo = rule.ifSeqNo;
    this.ifPrimaryTerm = rule.ifPrimaryTerm;
  }

  /// @param body may be a bulk's line too
  public static UpdateBody of(byte[] body, RequestView view) throws Refused {
    Update rule = new Update();
    return new UpdateBody(Walk.over(body, view, rule), rule);
  }

  /// Without `if_seq_no` and `if_primary_term`, which go into the URL or the bulk's action.
  public byte[] body() {
    return body;
  }

  /// Whether it runs a script. Then it may delete the document.
  public boolean script() {
    return script;
  }

  public OptionalLong ifSeqNo() {
    return ifSeqNo;
  }

  /// As the client has been shown it ([dev.drover.opensearch.tenant.Documents#conditionAtHome]).
  public OptionalLong ifPrimaryTerm() {
    return ifPrimaryTerm;
  }

  private static final class Update implements Rule {
    private boolean script;
    private OptionalLong ifSeqNo = OptionalLong.empty();
    private OptionalLong ifPrimaryTerm = OptionalLong.empty();

    @Override
    public void walk(Walk walk) throws Refused {
      walk.require(JsonToken.START_OBJECT, "an object");
      walk.to().writeStartObject();
      while (walk.next() != JsonToken.END_OBJECT) {
        String name = walk.name();
        walk.next();
        switch (name) {
          case SEQ_NO -> ifSeqNo = OptionalLong.of(walk.number());
          case PRIMARY_TERM -> ifPrimaryTerm = OptionalLong.of(walk.number());
          default -> {
            script |= name.equals(SCRIPT);
            KEYS.member(walk, name);
          }
        }
      }
      walk.to().writeEndObject();
    }
  }
}
