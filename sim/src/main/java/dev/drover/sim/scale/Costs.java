package dev.drover.sim.scale;

/// What single steps cost, in nanoseconds. Most were measured on the machine of bench/RESULTS.md;
/// docs/scale.md says which were not. The rest of a fleet's behaviour follows from the machines of
/// `core`.
///
/// @param cores of the machine on which the drivers run
/// @param net one way between a gateway and the store
/// @param near one way between a driver and the store
/// @param put the store's own work for a write
/// @param sync what a commit waits for, once for all writes in it that must be synced
/// @param syncsAll whether the store syncs receipts too
/// @param tell telling one watch of one change, one after the other
/// @param list the store's own work for a listing, without its entries
/// @param listEntry each entry of it
/// @param copyEntry each key of the store, while a snapshot is taken for a compaction; commits wait
/// @param gateway a gateway's work on a record: read it, move the gate, send the receipt
/// @param decode reading one receipt
/// @param see each gateway in one look at all of them
/// @param drive a driver's own work on one event
/// @param home a round trip of the mover's to a home
/// @param inFlight the longest that a write is on its way when the gate closes
public record Costs(
    int cores,
    Spread net,
    Spread near,
    Spread put,
    Spread sync,
    boolean syncsAll,
    long tell,
    long list,
    long listEntry,
    long copyEntry,
    long gateway,
    long decode,
    long see,
    long drive,
    Spread home,
    Spread inFlight) {
  /// What takes about `p50`, and in one of a hundred cases more than `p99`.
  public record Spread(long p50, long p99) {
    private static final double Z99 = 2.326;

    /// @param gaussian drawn from the standard normal distribution
    long drawn(double gaussian) {
      return p50 == 0 ? 0 : (long) (p50 * Math.exp(Math.log((double) p99 / p50) / Z99 * gaussian));
    }
  }

  /// Drover's own store, in the server's process.
  public static final Costs EMBEDDED =
      new Costs(
          2,
          new Spread(35_000, 80_000),
          new Spread(0, 0),
          new Spread(10_000, 30_000),
          new Spread(350_000, 4_000_000),
          false,
          20_000,
          10_000,
          135,
          170,
          100_000,
          2_000,
          900,
          20_000,
          new Spread(150_000, 500_000),
          new Spread(300_000, 1_000_000));

  /// One node of etcd.
  public static final Costs ETCD =
      new Costs(
          2,
          new Spread(300_000, 2_500_000),
          new Spread(300_000, 2_500_000),
          new Spread(50_000, 150_000),
          new Spread(600_000, 10_000_000),
          true,
          20_000,
          100_000,
          7_000,
          0,
          150_000,
          2_000,
          900,
          20_000,
          new Spread(150_000, 500_000),
          new Spread(300_000, 1_000_000));
}
