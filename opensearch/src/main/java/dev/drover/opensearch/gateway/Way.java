package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.gateway.net.Exchange;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How one request gets to where its tenant is. Owned by one event loop.
interface Way {
  /// Whether it is known how the tenant stands. If it is not, that is found out.
  ///
  /// @param then is told afterwards whether it could be
  boolean known(Consumer<Boolean> then);

  /// Where the request goes now; null if it has to wait.
  @Nullable Placement route();

  /// It has to wait for another route.
  ///
  /// @param by whose request it is; told if it may not wait
  /// @param again is to be tried then, unless the asker is told
  void hold(Held by, Runnable again);

  /// Lets it through to a home, with what it needs for that.
  ///
  /// @return false if it has to wait, or would go elsewhere
  boolean admits(Placement home, Exchange exchange);

  /// What is known is not good for what comes.
  void forget();

  /// Whether an answer is kept back until [#answered] has told of it.
  boolean looksAgain();

  /// The home has answered.
  ///
  /// @param then is told whether the answer may be passed on; at once, unless it [#looksAgain]
  void answered(Exchange exchange, Consumer<Boolean> then);

  /// How its tenant stands; null if it is in none.
  NotedDeletes.@Nullable Standing standing();
}
