package dev.drover.opensearch.move;

import dev.drover.opensearch.wire.Answer;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Asks for documents by their ids, as they are now, whether or not a search would find them.
final class Gets {
  private static final int ITEMS_MAX = 5_000;

  private Gets() {}

  /// A document's name at a home.
  record Key(String id, @Nullable String routing) {}

  /// In the order in which is asked; empty for what is not there.
  ///
  /// @param sources whether with their sources; then whoever asks knows that they fit
  static List<Optional<Doc>> some(HomeClient client, String index, List<Key> keys, boolean sources)
      throws HomeFailure, InterruptedException {
    List<Optional<Doc>> docs = new ArrayList<>();
    for (int i = 0; i < keys.size(); i += ITEMS_MAX) {
      List<Key> part = keys.subList(i, Math.min(keys.size(), i + ITEMS_MAX));
      Answer answer =
          client.done(
              "POST",
              "/%s/_mget?realtime=true&_source=%b".formatted(HomeClient.escaped(index), sources),
              query(part).getBytes(StandardCharsets.UTF_8));
      List<Optional<Doc>> found = new DocReader(client.home(), answer.bytes()).gotten();
      if (found.size() != part.size()) {
        throw HomeFailure.odd(
            client.home(),
            "it answered %d of %d questions for documents".formatted(found.size(), part.size()),
            null);
      }
      docs.addAll(found);
    }
    return docs;
  }

  private static String query(List<Key> keys) {
    StringBuilder query = new StringBuilder(64 * keys.size()).append("{\"docs\":[");
    for (int i = 0; i < keys.size(); i++) {
      Key key = keys.get(i);
      JsonText.quoted(query.append(i == 0 ? "{\"_id\":" : ",{\"_id\":"), key.id());
      if (key.routing() != null) {
        JsonText.quoted(query.append(",\"routing\":"), key.routing());
      }
      query.append('}');
    }
    return query.append("]}").toString();
  }
}
