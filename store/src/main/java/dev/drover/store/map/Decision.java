package dev.drover.store.map;

import org.jspecify.annotations.Nullable;

/// What a request comes to: the mutation that it needs, if any, and the answer that may be given
/// once that mutation is as durable as the store promises.
public record Decision<R>(@Nullable Mutation mutation, R answer) {

  static <R> Decision<R> nothing(R answer) {
    return new Decision<>(null, answer);
  }
}
