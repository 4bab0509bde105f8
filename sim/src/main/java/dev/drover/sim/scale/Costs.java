package dev.drover.sim.scale;

/// What single steps cost, in nanoseconds. Most were measured on the machine of bench/RESULTS.md;
/// docs/scale.md says which were not. The rest of a fleet's behaviour follows from the machines of
/// `core`.
///
/// @param home a round trip of the mover's to a home
public record Costs(Network network, Store store, Gateways gateways, Drivers drivers, Spread home) {
  /// What takes about `p50`, and in one of a hundred cases more than `p99`.
  public record Spread(long p50, long p99) {
    private static final double Z99 = 2.326;

    /// @param gaussian drawn from the standard normal distribution
    long drawn(double gaussian) {
      return p50 == 0 ? 0 : (long) (p50 * Math.exp(Math.log((double) p99 / p50) / Z99 * gaussian));
    }
  }

  /// One way to the store, or back.
  public record Network(Spread gatewayToStore, Spread driverToStore) {}

  /// The store's own work.
  ///
  /// @param put a write
  /// @param sync what a commit waits for, once for all writes in it that must be synced
  /// @param syncsAll whether it syncs receipts too
  /// @param tell telling one watch of one change, one after the other
  /// @param list a listing, without its entries
  /// @param listEntry each entry of it
  /// @param copyEntry each key of the store, while a snapshot is taken for a compaction; commits
  ///   wait
  public record Store(
      Spread put,
      Spread sync,
      boolean syncsAll,
      long tell,
      long list,
      long listEntry,
      long copyEntry) {}

  /// A gateway's own work.
  ///
  /// @param record work on a record: read it, move the gate, send the receipt
  /// @param inFlight the longest that a write is on its way when the gate closes
  public record Gateways(long record, Spread inFlight) {}

  /// The drivers' own work.
  ///
  /// @param cores of the machine on which they all run
  /// @param event one event
  /// @param seenGateway each gateway in one look at all of them
  /// @param decodedReceipt reading one receipt
  public record Drivers(int cores, long event, long seenGateway, long decodedReceipt) {}

  private static final Spread IN_FLIGHT = new Spread(300_000, 1_000_000);
  private static final Drivers DRIVERS = new Drivers(2, 20_000, 900, 2_000);
  private static final Spread HOME = new Spread(150_000, 500_000);

  /// Drover's own store, in the server's process.
  public static final Costs EMBEDDED =
      new Costs(
          new Network(new Spread(35_000, 80_000), new Spread(0, 0)),
          new Store(
              new Spread(10_000, 30_000),
              new Spread(350_000, 4_000_000),
              false,
              20_000,
              10_000,
              135,
              170),
          new Gateways(100_000, IN_FLIGHT),
          DRIVERS,
          HOME);

  /// One node of etcd.
  public static final Costs ETCD =
      new Costs(
          new Network(new Spread(300_000, 2_500_000), new Spread(300_000, 2_500_000)),
          new Store(
              new Spread(50_000, 150_000),
              new Spread(600_000, 10_000_000),
              true,
              20_000,
              100_000,
              7_000,
              0),
          new Gateways(150_000, IN_FLIGHT),
          DRIVERS,
          HOME);
}
