package dev.drover.opensearch.move;

import java.util.concurrent.CompletableFuture;

/// Steps that are carried out while a test does something else.
final class Begun {
  private Begun() {}

  interface Step {
    void run() throws Exception;
  }

  /// Ends as the step does.
  static CompletableFuture<Void> begun(Step step) {
    CompletableFuture<Void> end = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                step.run();
                end.complete(null);
              } catch (Exception | AssertionError e) {
                end.completeExceptionally(e);
              }
            });
    return end;
  }
}
