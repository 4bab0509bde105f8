package dev.drover.torture.client;

import dev.drover.engine.torture.Family;
import dev.drover.engine.torture.KeyName;
import java.time.Duration;
import java.util.Random;

/// Which keys clients use, and when. All of them agree on it by the clock, without talking.
public final class Workload {
  /// For how long a key is written; afterwards it is only read now and then.
  static final Duration GENERATION = Duration.ofSeconds(20);

  /// Within its generation a register is deleted once, after about so much of it.
  private static final double DELETED_AFTER = 0.6;

  private static final int REGISTERS = 4;
  private static final int COUNTERS = 3;
  private static final int LISTS = 2;
  private static final double OLD = 0.15;
  private static final int OLD_MAX = 20;

  private final long startNanos;
  private final int scopes;

  Workload(long startNanos, int scopes) {
    this.startNanos = startNanos;
    this.scopes = scopes;
  }

  int generation(long nowNanos) {
    return (int) ((nowNanos - startNanos) / GENERATION.toNanos());
  }

  /// Whether it is late enough in the generation to delete what is deleted.
  boolean deletes(long nowNanos) {
    long into = (nowNanos - startNanos) % GENERATION.toNanos();
    return into > DELETED_AFTER * GENERATION.toNanos();
  }

  /// A key to write.
  KeyName current(Family family, Random random, long nowNanos) {
    return key(random.nextInt(scopes), family, random, generation(nowNanos));
  }

  /// A key to read; sometimes one that nobody writes any more.
  KeyName any(Family family, Random random, long nowNanos) {
    int generation = generation(nowNanos);
    if (random.nextDouble() < OLD) {
      generation = Math.max(0, generation - random.nextInt(OLD_MAX));
    }
    return key(random.nextInt(scopes), family, random, generation);
  }

  private static KeyName key(int scope, Family family, Random random, int generation) {
    int many =
        switch (family) {
          case REGISTER -> REGISTERS;
          case COUNTER -> COUNTERS;
          case LIST -> LISTS;
        };
    return new KeyName(scope, family, random.nextInt(many), generation);
  }

  /// Another register of the same scope, to be written in the same command.
  static KeyName beside(KeyName key) {
    return new KeyName(
        key.partition(), Family.REGISTER, (key.index() + 1) % REGISTERS, key.generation());
  }

  int scopes() {
    return scopes;
  }

  static int registers() {
    return REGISTERS;
  }
}
