package dev.drover.opensearch.bulk;

import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.tenant.Names;
import dev.drover.opensearch.wire.JsonText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Rewrites the first lines of a `_bulk` body's items for a tenant's home.
public final class BulkItems {
  private static final Set<String> PASSED =
      Set.of("version", "version_type", "if_seq_no", "retry_on_conflict");

  private final Documents documents;
  private final Optional<String> index;
  private final Optional<String> routing;
  private final Supplier<String> freshId;

  /// What the URL's index is called at the home; empty if the tenant can have no such index. Then
  /// the first item that names no other one is refused.
  private final Optional<String> indexOfUrl;

  private final List<UsualLine> usualLines;

  /// @param index the one that the URL names, as the client calls it; empty if it names none
  /// @param routing the one that the URL names, for items that name none
  /// @param freshId makes ids for documents that come without one
  public BulkItems(
      Documents documents,
      Optional<String> index,
      Optional<String> routing,
      Supplier<String> freshId) {
    this.documents = documents;
    this.index = index;
    this.routing = routing;
    this.freshId = freshId;
    this.indexOfUrl = index.flatMap(called -> found(documents, called));
    this.usualLines =
        indexOfUrl
            .map(
                atHome ->
                    List.of(
                        UsualLine.of("index", documents, atHome),
                        UsualLine.of("create", documents, atHome)))
            .orElse(List.of());
  }

  private static Optional<String> found(Documents documents, String called) {
    try {
      return documents.locator().atHome(Names.index(called));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// What an item does.
  ///
  /// @param line for the home
  /// @param source whether a line with a source follows
  /// @param update whether that source is what an update does
  /// @param index at the home
  /// @param id at the home
  /// @param routing at the home; null for none
  public record Item(
      String line,
      boolean source,
      boolean update,
      boolean delete,
      String index,
      String id,
      @Nullable String routing) {}

  /// What goes into each document; empty for nothing.
  Optional<FieldInjection> injection() {
    return FieldInjection.of(documents);
  }

  /// Rewrites the usual lines: those with an id in printable ASCII, and nothing else.
  ///
  /// @return whether it is one, and a source follows
  boolean usual(byte[] line, int length, ByteBuf out) {
    for (UsualLine each : usualLines) {
      if (each.write(line, length, out)) {
        return true;
      }
    }
    return false;
  }

  /// @throws Refused if the item is none, or not allowed; then none of the request may be done
  public Item rewrite(byte[] bytes, int from, int to) throws Refused {
    ActionLine action = ActionLine.parse(bytes, from, to);
    boolean known =
        switch (action.action()) {
          case "index", "create", "update", "delete" -> true;
          default -> false;
        };
    if (!known) {
      throw Refused.argument(
          "Malformed action/metadata line: expected one of [create, delete, index, update] but found [%s]"
              .formatted(action.action()));
    }
    String atHome = indexAtHome(action);
    boolean delete = action.action().equals("delete");
    boolean update = action.action().equals("update");
    String id = idAtHome(action, delete || update);
    StringBuilder line = new StringBuilder(96);
    line.append("{\"").append(action.action()).append("\":{\"_index\":");
    JsonText.quoted(line, atHome);
    line.append(",\"_id\":");
    JsonText.quoted(line, id);
    for (Map.Entry<String, ActionLine.Value> each : action.members().entrySet()) {
      member(line, each.getKey(), each.getValue());
    }
    documents.routing().ifPresent(all -> JsonText.quoted(line.append(",\"routing\":"), all));
    line.append("}}\n");
    String at = documents.routing().or(() -> action.said("routing")).or(() -> routing).orElse(null);
    return new Item(line.toString(), !delete, update, delete, atHome, id, at);
  }

  private String indexAtHome(ActionLine action) throws Refused {
    Optional<String> named = action.said("_index");
    if (named.isPresent()) {
      return atHome(named.get());
    }
    return indexOfUrl.isPresent() ? indexOfUrl.get() : atHome(index.orElse(""));
  }

  private String atHome(String called) throws Refused {
    if (called.isEmpty()) {
      throw Refused.argument("an item names no index, and neither does the URL");
    }
    try {
      return documents
          .locator()
          .atHome(Names.index(called))
          .orElseThrow(() -> Refused.noIndex(called));
    } catch (IllegalArgumentException e) {
      throw Refused.argument("an item's index: " + e.getMessage());
    }
  }

  private String idAtHome(ActionLine action, boolean needed) throws Refused {
    Optional<String> given = action.said("_id");
    if (given.isEmpty() && needed) {
      throw Refused.argument("an item of action [" + action.action() + "] has no _id");
    }
    String id = given.orElseGet(freshId);
    if (id.isEmpty() || ByteBufUtil.utf8Bytes(id) > documents.idBytesMax()) {
      throw Refused.argument(
          "an item's _id has 1 to %d bytes here".formatted(documents.idBytesMax()));
    }
    return documents.atHome(id);
  }

  private void member(StringBuilder line, String key, ActionLine.Value value) throws Refused {
    switch (key) {
      case "_index", "_id" -> {}
      case "_type" -> throw Refused.argument("an item has the key [_type], which there is no more");
      case "routing" -> routing(line, value);
      case "if_primary_term" -> {
        line.append(",\"if_primary_term\":").append(term(value));
      }
      case "pipeline" -> {
        if (!value.text().equals("_none")) {
          throw Refused.isolation(
              "an item has the key [pipeline]: a pipeline can change a document's index, id and routing");
        }
        line.append(",\"pipeline\":\"_none\"");
      }
      case "require_alias" -> {
        if (!value.text().equals("false")) {
          throw Refused.isolation("an item has the key [require_alias]: there are no aliases here");
        }
      }
      case "op_type" -> throw Refused.argument("an item has the key [op_type]: use its action");
      default -> {
        if (!PASSED.contains(key)) {
          throw Refused.argument("an item has the key [" + key + "], which is not known");
        }
        line.append(",\"").append(key).append("\":");
        if (value.quoted()) {
          JsonText.quoted(line, value.text());
        } else {
          line.append(value.text());
        }
      }
    }
  }

  private void routing(StringBuilder line, ActionLine.Value value) throws Refused {
    if (documents.locator().shared()) {
      throw Refused.isolation(
          "an item has the key [routing]: at a shared index the routing keeps tenants apart. Ask the operator for an index of your own");
    }
    line.append(",\"routing\":");
    if (value.quoted()) {
      JsonText.quoted(line, value.text());
    } else {
      line.append(value.text());
    }
  }

  private long term(ActionLine.Value value) throws Refused {
    try {
      return documents.conditionAtHome(Long.parseLong(value.text()));
    } catch (NumberFormatException e) {
      throw Refused.argument("an item's if_primary_term is no number");
    }
  }
}
