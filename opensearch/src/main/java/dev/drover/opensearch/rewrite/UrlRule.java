package dev.drover.opensearch.rewrite;

import static dev.drover.opensearch.rewrite.Decision.HANDLED;
import static dev.drover.opensearch.rewrite.Decision.PASS;
import static dev.drover.opensearch.rewrite.Decision.REFUSE;

import dev.drover.opensearch.tenant.Locator;

/// What becomes of one parameter of one endpoint.
///
/// @param value what its values may be, where it is not refused
/// @param why it is refused, or what is special about it; may be empty
record UrlRule(Decision shared, Decision index, Decision cluster, Value value, String why) {
  /// What values are allowed.
  enum Value {
    ANY("", ""),
    JSON("json", "Drover answers in JSON only"),
    TRUE(
        "true",
        "Drover waits until the work is done, because a task's id would be known to all of the cluster"),
    FALSE("false", "its answer would hold what belongs to all tenants"),
    NO_PIPELINE("_none", "a pipeline can change a document's index, id and routing"),
    CLUSTER_LEVEL("cluster", "the gateway answers for itself, and lists no indices"),
    PREFERENCE("_local, or a text of your own", "the nodes and shards belong to all tenants"),
    FIELDS("fields of your documents", ""),
    SORT("fields of your documents", "");

    private final String allowed;
    private final String why;

    Value(String allowed, String why) {
      this.allowed = allowed;
      this.why = why;
    }

    String allowed() {
      return allowed;
    }

    void check(String name, String value, Locator at) throws Refused {
      Locator.Kind kind = at.kind();
      boolean right =
          switch (this) {
            case ANY -> true;
            case JSON, NO_PIPELINE, CLUSTER_LEVEL -> value.equals(allowed);
            case TRUE -> value.isEmpty() || value.equals(allowed);
            case FALSE -> kind != Locator.Kind.SHARED || value.equals(allowed);
            case PREFERENCE ->
                kind == Locator.Kind.CLUSTER || !value.startsWith("_") || value.equals("_local");
            case FIELDS, SORT -> {
              checkFields(name, value, at);
              yield true;
            }
          };
      if (!right) {
        String reason =
            "the parameter [%s] can only be [%s] here, but is [%s]: %s"
                .formatted(name, allowed, value, why);
        throw this == JSON ? Refused.notAcceptable(reason) : Refused.isolation(reason);
      }
    }

    private void checkFields(String name, String value, Locator at) throws Refused {
      for (String each : value.split(",", -1)) {
        String field = this == SORT ? each.replaceFirst(":(?:asc|desc)$", "") : each;
        boolean all = field.equals("*") && at.shared();
        boolean hidden =
            switch (at.kind()) {
              case SHARED -> Metadata.hidden(field, at.field()) || all;
              case INDEX -> at.passed().isEmpty() && Metadata.matches(field, Metadata.INDEX);
              case CLUSTER -> false;
            };
        if (hidden) {
          throw Metadata.refusal(field, name, at.shared());
        }
      }
    }
  }

  static UrlRule everywhere(Decision decision) {
    return new UrlRule(decision, decision, decision, Value.ANY, "");
  }

  static UrlRule pass() {
    return everywhere(PASS);
  }

  static UrlRule pass(Value value) {
    return new UrlRule(PASS, PASS, PASS, value, value.why);
  }

  static UrlRule handled() {
    return everywhere(HANDLED);
  }

  static UrlRule handled(String how) {
    return new UrlRule(HANDLED, HANDLED, HANDLED, Value.ANY, how);
  }

  static UrlRule handled(Value value) {
    return new UrlRule(HANDLED, HANDLED, HANDLED, value, value.why);
  }

  /// Everywhere.
  static UrlRule refused(String why) {
    return new UrlRule(REFUSE, REFUSE, REFUSE, Value.ANY, why);
  }

  /// Only at a shared index. Elsewhere it passes.
  static UrlRule notShared(String why) {
    return new UrlRule(REFUSE, PASS, PASS, Value.ANY, why);
  }

  /// Wherever the cluster has other tenants too.
  static UrlRule ownClusterOnly(String why) {
    return new UrlRule(REFUSE, REFUSE, PASS, Value.ANY, why);
  }

  Decision at(Locator.Kind kind) {
    return switch (kind) {
      case SHARED -> shared;
      case INDEX -> index;
      case CLUSTER -> cluster;
    };
  }
}
