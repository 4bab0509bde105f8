package dev.drover.store.records;

import dev.drover.core.HomeId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a gateway says of itself when it registers.
///
/// @param instance made once in its data directory: a process with the same one is the same gateway
///   started again, and one with another is another; empty if it does not say
/// @param longLeaseMillis how long its long lease lasts: so long it may serve after its last
///   keep-alive
/// @param homes that its configuration names
/// @param configuration a digest of what all processes of a fleet should have in common; empty if
///   it does not say
/// @param applied what has come of the configuration that was applied last; empty if it does not
///   say
public record GatewayIdentity(
    String instance,
    long longLeaseMillis,
    List<KnownHome> homes,
    String configuration,
    Optional<Applied> applied) {
  /// Of a version that does not say: it knows nothing that can be counted on.
  public static final GatewayIdentity UNSAID = new GatewayIdentity("", 0, List.of(), "");

  public GatewayIdentity {
    homes = List.copyOf(homes);
  }

  /// Of one that does not say what it has applied.
  public GatewayIdentity(
      String instance, long longLeaseMillis, List<KnownHome> homes, String configuration) {
    this(instance, longLeaseMillis, homes, configuration, Optional.empty());
  }

  /// A configuration that was applied, and what has come of it.
  ///
  /// @param number of its [ConfigurationRecord]
  /// @param problem why it is not in force at this gateway; empty if it is
  public record Applied(long number, String problem) {}

  public GatewayIdentity with(Optional<Applied> said) {
    return new GatewayIdentity(instance, longLeaseMillis, homes, configuration, said);
  }

  /// As a test's or a rehearsal's gateway names itself: by its name, knowing some homes.
  public static GatewayIdentity of(String instance, Collection<HomeId> homes) {
    return new GatewayIdentity(
        instance, 0, homes.stream().map(home -> KnownHome.at(home, "")).toList(), "");
  }

  public GatewayIdentity withLongLease(Duration lasts) {
    return new GatewayIdentity(instance, lasts.toMillis(), homes, configuration, applied);
  }

  public Set<HomeId> homeIds() {
    return homes.stream().map(KnownHome::home).collect(Collectors.toUnmodifiableSet());
  }
}
