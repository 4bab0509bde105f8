package dev.drover.torture;

import dev.drover.core.Engine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// What is tortured, for how long, and how hard.
///
/// @param lasts how long faults are made
/// @param seed what faults, moves and their moments are drawn from
/// @param store which store is behind the fleet
/// @param nodes of how many processes that store consists
/// @param fresh how many of the gateways, the last ones, ask the store for each request instead of
///   holding a lease
/// @param fallbacks how many of the scopes, the first ones, have a fallback that takes over when
///   their home is lost
/// @param faultEvery on average
/// @param moveEvery on average
/// @param engine whose partitions are tortured
/// @param binary what runs a home; empty for the one that the engine finds
/// @param keep whether everything that was written down is left there also if all went well
/// @param sabotage whether someone writes past the gateways, which the checker must find
public record TortureOptions(
    Duration lasts,
    long seed,
    StoreKind store,
    int nodes,
    int gateways,
    int fresh,
    int homes,
    int clients,
    int scopes,
    int fallbacks,
    Duration faultEvery,
    Duration moveEvery,
    String engine,
    Optional<Path> binary,
    boolean json,
    boolean keep,
    boolean sabotage) {
  public static final int GATEWAYS = 3;
  public static final int HOMES = 3;
  public static final int CLIENTS = 3;
  public static final int SCOPES = 6;
  public static final Duration FAULT_EVERY = Duration.ofMillis(2_500);
  public static final Duration MOVE_EVERY = Duration.ofMillis(2_500);

  /// The stores that can be behind the fleet.
  public enum StoreKind {
    /// In the server.
    EMBEDDED("16m"),
    /// Of one member or several.
    ETCD("192m"),
    /// A single server.
    REDIS("16m");

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

  /// Three of everything, for so long.
  public static TortureOptions defaults(Duration lasts, long seed) {
    return new TortureOptions(
        lasts,
        seed,
        StoreKind.EMBEDDED,
        1,
        GATEWAYS,
        0,
        HOMES,
        CLIENTS,
        SCOPES,
        0,
        FAULT_EVERY,
        MOVE_EVERY,
        Engine.FIRST.name(),
        Optional.empty(),
        false,
        false,
        false);
  }

  /// The same, on another store.
  public TortureOptions on(StoreKind kind, int many) {
    return changed(kind, many, fallbacks, moveEvery, sabotage);
  }

  /// The same of another engine.
  public TortureOptions of(Engine other) {
    return new TortureOptions(
        lasts,
        seed,
        store,
        nodes,
        gateways,
        fresh,
        homes,
        clients,
        scopes,
        fallbacks,
        faultEvery,
        moveEvery,
        other.name(),
        binary,
        json,
        keep,
        sabotage);
  }

  /// The same, with so many scopes that have a fallback.
  public TortureOptions withFallbacks(int many) {
    return changed(store, nodes, many, moveEvery, sabotage);
  }

  /// The same, with more or fewer moves.
  public TortureOptions withMoveEvery(Duration every) {
    return changed(store, nodes, fallbacks, every, sabotage);
  }

  /// The same, with a saboteur.
  public TortureOptions sabotaged() {
    return changed(store, nodes, fallbacks, moveEvery, true);
  }

  private TortureOptions changed(
      StoreKind newStore,
      int newNodes,
      int newFallbacks,
      Duration newMoveEvery,
      boolean newSabotage) {
    return new TortureOptions(
        lasts,
        seed,
        newStore,
        newNodes,
        gateways,
        fresh,
        homes,
        clients,
        scopes,
        newFallbacks,
        faultEvery,
        newMoveEvery,
        engine,
        binary,
        json,
        keep,
        newSabotage);
  }
}
