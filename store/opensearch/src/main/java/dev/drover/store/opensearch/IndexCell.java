package dev.drover.store.opensearch;

import dev.drover.store.Guarantees;
import dev.drover.store.StoreException;
import dev.drover.store.log.Cell;
import dev.drover.store.log.Deadline;
import dev.drover.store.log.HttpNodes;
import dev.drover.store.opensearch.Http.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A cell that is one document (`head`) of an index with one shard; blobs are documents of their
/// own. Nothing is searched, so nothing needs a refresh.
///
/// | the cell | OpenSearch |
/// |---|---|
/// | position | `_primary_term` and `_seq_no` of the head's last write |
/// | swap | an index operation with `if_seq_no` and `if_primary_term` |
/// | read | a realtime get at the primary, and proof that it counts |
/// | keep | a document whose id the node makes up |
///
/// A realtime get alone proves little. The primary answers it by itself, so one that has a
/// successor and does not know of it gives what is old; and it gives what is not on the disk or on
/// the other copies yet, which a crash undoes. So a read has three steps: the get; if there are
/// several copies, a wait until the global checkpoint has passed what was found; then a write of a
/// document of this client's own. If that write was accepted in the primary term that wrote the
/// head, its primary was the primary all along, and the disk has all that came before. If in a
/// later one, the head is written once more as it is, and that write is the proof.
final class IndexCell implements Cell {
  private static final String HEAD = "head";
  private static final long LOOK_AGAIN_MILLIS = 2;

  private final OpenSearchStoreOptions options;
  private final Http http;
  private final String documents;
  private volatile @Nullable String name;
  private volatile @Nullable IndexFacts facts;

  /// How many copies the last write was for.
  private volatile int copies = 1;

  /// What was read last, with proof.
  private volatile @Nullable Content proven;

  IndexCell(OpenSearchStoreOptions options) {
    this.options = options;
    http = new Http(options);
    documents = "/" + options.index() + "/_doc/";
  }

  private Duration attempt(Deadline deadline) {
    return deadline.atMost(options.calls().attemptTimeout());
  }

  /// Asks for what may be asked again.
  private Answer ask(String method, String path, String body, Duration atMost)
      throws StoreException {
    try {
      Answer answer = http.send(method, path, body, atMost);
      if (answer.status() == 401 || answer.status() == 403) {
        throw new StoreException.Refused("OpenSearch: " + answer, null);
      }
      return answer;
    } catch (HttpNodes.Unanswered e) {
      throw new StoreException.Unavailable("OpenSearch: " + e.getMessage(), e);
    }
  }

  private static StoreException.Unavailable unexpected(Answer answer) {
    return new StoreException.Unavailable("OpenSearch: " + answer, null);
  }

  private static Position position(JsonNode written) {
    return new Position(written.path("_primary_term").asLong(), written.path("_seq_no").asLong());
  }

  private static byte[] data(JsonNode document) throws StoreException {
    try {
      return Base64.getDecoder()
          .decode(
              document
                  .path("_source")
                  .path("data")
                  .asString("")
                  .getBytes(StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      throw new StoreException.Corrupt("a document of the store is not one of its own", e);
    }
  }

  private static String document(byte[] bytes) {
    return "{\"data\":\"" + Base64.getEncoder().encodeToString(bytes) + "\"}";
  }

  @Override
  public Optional<Content> read(Deadline deadline) throws StoreException {
    prepare(deadline);
    while (true) {
      Optional<Content> found = got(deadline);
      if (found.isEmpty()) {
        return found;
      }
      Content content = found.get();
      Content before = proven;
      boolean known = before != null && before.at().equals(content.at());
      int expected = copies;
      boolean safe = known || expected == 1 || awaitCheckpoint(content.at().number(), deadline);
      if (safe) {
        Position accepted = barrier(deadline);
        boolean moreCopies = !known && expected == 1 && copies > 1;
        if (accepted.term() == content.at().term() && !moreCopies) {
          proven = content;
          return Optional.of(content);
        }
        if (accepted.term() != content.at().term()) {
          Optional<Content> again = writtenAgain(content, deadline);
          if (again.isPresent()) {
            proven = again.get();
            return again;
          }
        }
      }
      if (deadline.over()) {
        throw new StoreException.Unavailable(
            "OpenSearch: what was read could not be proven in time", null);
      }
    }
  }

  /// What the primary says stands there.
  private Optional<Content> got(Deadline deadline) throws StoreException {
    Content before = proven;
    if (before != null) {
      Answer at = ask("GET", documents + HEAD + LIGHT, "", attempt(deadline));
      if (at.good() && position(at.body()).equals(before.at())) {
        return Optional.of(before);
      }
    }
    Answer answer = ask("GET", documents + HEAD + "?preference=_primary", "", attempt(deadline));
    if (answer.good()) {
      return Optional.of(new Content(position(answer.body()), data(answer.body())));
    }
    boolean absent = answer.body().has("found");
    boolean indexGone = answer.error().equals("index_not_found_exception") && before != null;
    if (answer.status() == 404 && (absent || indexGone)) {
      return Optional.empty();
    }
    throw unexpected(answer);
  }

  private static final String LIGHT = "?preference=_primary&_source=false";

  /// Waits until every copy that counts has all writes up to this one.
  ///
  /// @return false if it has not come to that: the head may have to be read again
  private boolean awaitCheckpoint(long number, Deadline deadline) throws StoreException {
    for (int looks = 0; looks < 20; looks++) {
      Answer answer =
          ask(
              "GET",
              "/"
                  + options.index()
                  + "/_stats/docs?level=shards&filter_path=indices.*.shards.*.seq_no.global_checkpoint",
              "",
              attempt(deadline));
      if (!answer.good()) {
        throw unexpected(answer);
      }
      long newest = -1;
      for (JsonNode each : answer.body().findValues("global_checkpoint")) {
        newest = Math.max(newest, each.asLong(-1));
      }
      if (newest >= number) {
        return true;
      }
      sleep(LOOK_AGAIN_MILLIS);
    }
    return false;
  }

  private static void sleep(long millis) throws StoreException {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException.Unavailable("interrupted", e);
    }
  }

  /// A write that changes nothing that anybody reads.
  private Position barrier(Deadline deadline) throws StoreException {
    Answer answer =
        ask("PUT", documents + client(deadline) + timeout(deadline), "{}", attempt(deadline));
    if (!answer.good()) {
      throw unexpected(answer);
    }
    copies = answer.body().path("_shards").path("total").asInt(1);
    return position(answer.body());
  }

  private String timeout(Deadline deadline) {
    return "?timeout=" + attempt(deadline).toMillis() + "ms";
  }

  private Optional<Content> writtenAgain(Content content, Deadline deadline) throws StoreException {
    try {
      return swap(Optional.of(content.at()), content.bytes(), deadline)
          .map(at -> new Content(at, content.bytes()));
    } catch (StoreException.OutcomeUnknown e) {
      throw new StoreException.Unavailable(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public boolean moved(Position since, Duration atMost)
      throws StoreException, InterruptedException {
    Duration poll = options.calls().poll();
    TimeUnit.NANOSECONDS.sleep(Math.min(poll.toNanos(), atMost.toNanos()));
    Answer at = ask("GET", documents + HEAD + LIGHT, "", options.calls().attemptTimeout());
    if (!at.good() && at.status() != 404) {
      throw unexpected(at);
    }
    // One that is absent has no position.
    return !position(at.body()).equals(since);
  }

  @Override
  public Optional<Position> swap(Optional<Position> expected, byte[] bytes, Deadline deadline)
      throws StoreException {
    String condition =
        expected
            .map(at -> "&if_seq_no=%d&if_primary_term=%d".formatted(at.number(), at.term()))
            .orElse("&op_type=create");
    String path = documents + HEAD + timeout(deadline) + condition;
    Answer answer;
    try {
      answer = http.send("PUT", path, document(bytes), attempt(deadline));
    } catch (HttpNodes.Unanswered e) {
      throw e.sent()
          ? new StoreException.OutcomeUnknown("OpenSearch: " + e.getMessage(), e)
          : new StoreException.Unavailable("OpenSearch: " + e.getMessage(), e);
    }
    if (answer.good()) {
      Content written = new Content(position(answer.body()), bytes);
      proven = written;
      return Optional.of(written.at());
    }
    return switch (answer.status()) {
      case 409 -> Optional.empty();
      // Said before anything is written: malformed, no such user, no right, a block, too large.
      case 400, 401, 403, 413 -> throw new StoreException.Refused("OpenSearch: " + answer, null);
      default -> throw new StoreException.OutcomeUnknown("OpenSearch: " + answer, null);
    };
  }

  @Override
  public String keep(byte[] bytes, Deadline deadline) throws StoreException {
    Answer answer = ask("POST", documents + timeout(deadline), document(bytes), attempt(deadline));
    if (!answer.good()) {
      throw unexpected(answer);
    }
    return answer.body().path("_id").asString();
  }

  @Override
  public Optional<byte[]> kept(String blob, Deadline deadline) throws StoreException {
    Answer answer = ask("GET", documents + blob + "?preference=_primary", "", attempt(deadline));
    if (answer.good()) {
      return Optional.of(data(answer.body()));
    }
    if (answer.status() == 404 && answer.body().has("found")) {
      return Optional.empty();
    }
    throw unexpected(answer);
  }

  @Override
  public void drop(List<String> names) {
    names.forEach(each -> http.forget("DELETE", documents + each));
  }

  /// The id of a document of its own, which its barriers write.
  @Override
  public String client(Deadline deadline) throws StoreException {
    String known = name;
    if (known == null) {
      known = keep(new byte[0], deadline);
      name = known;
    }
    return known;
  }

  /// Creates the index if it is not there, and looks at what it is.
  private void prepare(Deadline deadline) throws StoreException {
    if (facts == null) {
      facts = IndexFacts.prepare(options, (m, path, body) -> ask(m, path, body, attempt(deadline)));
    }
  }

  @Override
  public Guarantees guarantees() {
    IndexFacts known = facts;
    return known == null ? IndexFacts.unknown(options) : known.guarantees(options);
  }

  @Override
  public void close() {
    String known = name;
    if (known != null) {
      drop(List.of(known));
    }
    http.close();
  }
}
