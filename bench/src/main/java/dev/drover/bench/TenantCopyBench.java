package dev.drover.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;

/// How fast a tenant's documents are copied.
final class TenantCopyBench implements Bench {
  private static final int DOCUMENTS = 100_000;
  private static final int ROUNDS = 5;
  private static final int BULK = 5_000;
  private static final int BULKS_AT_ONCE = 3;
  private static final double OF_REINDEX_MIN = 1.2;
  private static final double OF_BULK_MIN = 0.6;

  @Override
  public String name() {
    return "tenants-copy";
  }

  @Override
  public String about() {
    return "100,000 documents of 1 KB from one OpenSearch 3.8 node to another, two shards: by Drover's mover (its step 'copy', in a"
        + " JVM of 256 MB), by `_reindex` from remote, and by `_bulk` of bodies that are ready, three at a time, which no copy can"
        + " be faster than.";
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    int documents = setup.size(DOCUMENTS, 10_000);
    Samples drover = new Samples();
    Samples reindex = new Samples();
    Samples bulk = new Samples();
    try (Servers servers = new Servers();
        TenantNode a = TenantNode.start(servers.directory());
        TenantNode b = TenantNode.start(servers.directory());
        TenantCopyRun mover = TenantCopyRun.start(a.port(), b.port())) {
      a.make("acme-orders");
      a.fill("acme-orders", documents);
      List<String> bodies = new ArrayList<>();
      for (int i = 0; i < documents; i += BULK) {
        bodies.add(TenantNode.bulk(i, i + BULK));
      }
      for (int i = 0; i <= setup.size(ROUNDS, 1); i++) {
        double[] rates = {
          documents / reindexed(a, b, documents),
          documents / mover.seconds(),
          documents / bulked(b, bodies)
        };
        // A node gets faster while it runs, so the first round does not count.
        if (i > 0) {
          reindex.add(rates[0]);
          drover.add(rates[1]);
          bulk.add(rates[2]);
        }
      }
    }
    report.info("Drover", drover.median(), "documents/s");
    report.info("_reindex from remote", reindex.median(), "documents/s");
    report.info("_bulk of bodies that are ready", bulk.median(), "documents/s");
    report.atLeast("Drover to _reindex", drover.median() / reindex.median(), "×", OF_REINDEX_MIN);
    report.atLeast("Drover to _bulk", drover.median() / bulk.median(), "×", OF_BULK_MIN);
    report.note(
        "Medians of %d rounds in turn, after one that is not counted; a fresh index at the target in each."
            .formatted(setup.size(ROUNDS, 1)));
  }

  private static double reindexed(TenantNode a, TenantNode b, int documents)
      throws IOException, InterruptedException {
    b.make("by-reindex");
    long began = System.nanoTime();
    JsonNode answer =
        b.call(
            "POST",
            "/_reindex",
            "{\"source\":{\"remote\":{\"host\":\"http://127.0.0.1:%d\"},\"index\":\"acme-orders\"},\"dest\":{\"index\":\"by-reindex\"}}"
                .formatted(a.port()));
    double seconds = (System.nanoTime() - began) / 1e9;
    if (answer.path("created").asInt() != documents) {
      throw new IOException("_reindex did not copy all: " + answer);
    }
    JsonNode _ = b.call("DELETE", "/by-reindex", "");
    return seconds;
  }

  private static double bulked(TenantNode b, List<String> bodies)
      throws IOException, InterruptedException {
    b.make("by-bulk");
    List<Callable<JsonNode>> all = new ArrayList<>();
    for (String body : bodies) {
      all.add(() -> b.call("POST", "/by-bulk/_bulk", body));
    }
    long began = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(BULKS_AT_ONCE)) {
      for (Future<JsonNode> each : threads.invokeAll(all)) {
        if (each.get().path("errors").asBoolean(true)) {
          throw new IOException("documents were not written: " + each.get());
        }
      }
    } catch (ExecutionException e) {
      throw new IOException("a bulk failed", e.getCause());
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    JsonNode _ = b.call("DELETE", "/by-bulk", "");
    return seconds;
  }
}
