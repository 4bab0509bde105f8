package dev.drover.opensearch.rewrite;

import static dev.drover.opensearch.rewrite.Rules.DATA;
import static dev.drover.opensearch.rewrite.Rules.SCALAR;

import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JsonToken;

/// The body of an update of one document, as it is sent to the cluster. Neither the document nor a
/// script can change the id or the routing. Where a field keeps tenants apart, it is put into what
/// is written, and scripts, which could change it, are refused.
public final class UpdateBody {
  private static final String SCRIPT = "script";
  private static final String SEQ_NO = "if_seq_no";
  private static final String PRIMARY_TERM = "if_primary_term";

  /// One that is run for a document to change it.
  static final Rule SCRIPTS = UpdateBody::script;

  private static final ObjectRule KEYS =
      ObjectRule.of("update")
          .with(UpdateBody::document, "doc", "upsert")
          .with(DATA, "_source")
          .with(SCALAR, "doc_as_upsert", "scripted_upsert", "detect_noop")
          .with(SCRIPTS, SCRIPT);

  private final byte[] body;
  private final boolean script;
  private final OptionalLong ifSeqNo;
  private final OptionalLong ifPrimaryTerm;

  private static void script(Walk walk) throws Refused {
    if (walk.ownField().isPresent()) {
      throw Refused.isolation(
          "a script could change the field by which the index keeps tenants apart, at %s. Send the new values in [doc], or ask the operator for an index of your own"
              .formatted(walk.where()));
    }
    Rules.OWN_SCRIPT.walk(walk);
  }

  private static void document(Walk walk) throws Refused {
    Optional<String> own = walk.ownField();
    if (own.isEmpty() || walk.token() != JsonToken.START_OBJECT) {
      walk.copy();
      return;
    }
    walk.to().writeStartObject();
    walk.to().writeStringProperty(own.get(), walk.view().documents().tenant());
    while (walk.next() != JsonToken.END_OBJECT) {
      String name = walk.name();
      walk.next();
      if (Metadata.within(name, own.get())) {
        throw Refused.ownField(own.get());
      }
      walk.to().writeName(name);
      walk.copy();
    }
    walk.to().writeEndObject();
  }

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
