package dev.drover.torture;

import dev.drover.core.Engine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// What is tortured, for how long, and how hard.
///
/// @param lasts how long faults are made
/// @param seed what faults, moves and their moments are drawn from
/// @param sabotage whether someone writes past the gateways, which the checker must find
public record TortureOptions(
    Duration lasts,
    long seed,
    Shape shape,
    Store store,
    EngineUnderTest engine,
    Pace pace,
    boolean sabotage,
    Report report) {

  /// How many there are of each.
  ///
  /// @param fresh how many of the gateways, the last ones, ask the store for each request instead
  ///   of holding a lease
  /// @param homes between which scopes move
  /// @param clients client processes
  /// @param fallbacks how many of the scopes, the first ones, have a fallback that takes over when
  ///   their home is lost
  public record Shape(int gateways, int fresh, int homes, int clients, int scopes, int fallbacks) {
    public static final Shape DEFAULT = new Shape(3, 0, 3, 3, 6, 0);

    Shape withFallbacks(int many) {
      return new Shape(gateways, fresh, homes, clients, scopes, many);
    }
  }

  /// Which store is behind the fleet.
  ///
  /// @param nodes of how many processes it consists
  public record Store(StoreKind kind, int nodes) {
    public static final Store DEFAULT = new Store(StoreKind.EMBEDDED, 1);
  }

  /// The stores that can be behind the fleet.
  public enum StoreKind {
    /// In the server.
    EMBEDDED("16m"),
    /// Of one member or several.
    ETCD("192m"),
    /// A single server.
    REDIS("16m"),
    /// A single node.
    OPENSEARCH("128m");

    private final String disk;

    StoreKind(String disk) {
      this.disk = disk;
    }

    /// Whether it has processes of its own.
    public boolean apart() {
      return this != EMBEDDED;
    }

    /// How large its disk is, as `mount` takes it. etcd sets 128 MB aside when it starts.
    public String disk() {
      return disk;
    }
  }

  /// Whose partitions are tortured.
  ///
  /// @param homeBinary what runs a home; empty for the one that the engine finds
  public record EngineUnderTest(String name, Optional<Path> homeBinary) {
    public static final EngineUnderTest DEFAULT =
        new EngineUnderTest(Engine.FIRST.name(), Optional.empty());
  }

  /// How long it is from one fault to the next, and from one move to the next, on average.
  public record Pace(Duration faultEvery, Duration moveEvery) {
    public static final Pace DEFAULT = new Pace(Duration.ofMillis(2_500), Duration.ofMillis(2_500));
  }

  /// How it is reported.
  ///
  /// @param json whether the result is printed as JSON, and no progress
  /// @param keep whether everything that was written down is left there also if all went well
  public record Report(boolean json, boolean keep) {
    public static final Report DEFAULT = new Report(false, false);
  }

  /// Everything by default, for so long.
  public static TortureOptions defaults(Duration lasts, long seed) {
    return new TortureOptions(
        lasts,
        seed,
        Shape.DEFAULT,
        Store.DEFAULT,
        EngineUnderTest.DEFAULT,
        Pace.DEFAULT,
        false,
        Report.DEFAULT);
  }

  /// The same, on another store.
  public TortureOptions on(StoreKind kind, int nodes) {
    return new TortureOptions(
        lasts, seed, shape, new Store(kind, nodes), engine, pace, sabotage, report);
  }

  /// The same of another engine.
  public TortureOptions of(Engine other) {
    return new TortureOptions(
        lasts,
        seed,
        shape,
        store,
        new EngineUnderTest(other.name(), engine.homeBinary()),
        pace,
        sabotage,
        report);
  }

  /// The same, with so many scopes that have a fallback.
  public TortureOptions withFallbacks(int many) {
    return new TortureOptions(
        lasts, seed, shape.withFallbacks(many), store, engine, pace, sabotage, report);
  }

  /// The same, with so many of each.
  public TortureOptions with(Shape other) {
    return new TortureOptions(lasts, seed, other, store, engine, pace, sabotage, report);
  }

  /// The same, with more or fewer moves.
  public TortureOptions withMoveEvery(Duration every) {
    Pace other = new Pace(pace.faultEvery(), every);
    return new TortureOptions(lasts, seed, shape, store, engine, other, sabotage, report);
  }

  /// The same, with a saboteur.
  public TortureOptions sabotaged() {
    return new TortureOptions(lasts, seed, shape, store, engine, pace, true, report);
  }
}
