package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.tenant.Names;
import dev.drover.opensearch.wire.HomeFailure;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Makes a home refuse older drivers of a tenant, by the names that they write through
/// (docs/decisions/0110). A driver's names are `drover-w-TENANT-TERM-RANDOM-N`, one for each index,
/// and nobody else ever has them. Whoever raises a fence adds its own names, puts its term into the
/// home's memory, takes away all others' names, and waits until nothing is under way that came by
/// them.
///
/// Used by one thread, except [#alias] and [#mark].
final class Fence {
  static final String PREFIX = Names.OWN + "w-";
  private static final long POLL_MILLIS = 20;
  private static final Pattern AFTER_TENANT = Pattern.compile("-([0-9]{1,18})-[0-9a-z]+[-.][0-9]+");

  private final FenceHome home;
  private final String tenant;
  private final long term;
  private final String base;
  private final Duration drainMax;
  private final LongSupplier nanoClock;
  private final Progress progress;
  private final Map<String, String> aliases = new LinkedHashMap<>();
  private long marks;

  /// @param random that nobody else has, of `a-z` and `0-9`
  Fence(
      FenceHome home,
      String tenant,
      long term,
      String random,
      Duration drainMax,
      LongSupplier nanoClock,
      Progress progress) {
    this.home = home;
    this.tenant = tenant;
    this.term = term;
    this.base = PREFIX + tenant + "-" + term + "-" + random;
    this.drainMax = drainMax;
    this.nanoClock = nanoClock;
    this.progress = progress;
  }

  /// Whether a name, or the mark of a request, is a driver's of this tenant. A tenant's name may
  /// begin with another one's, so the parts after it are counted.
  static boolean isOf(String tenant, String name) {
    return termOf(tenant, name) >= 0;
  }

  /// The term of the driver whose name or mark it is; -1 if it is none of this tenant.
  private static long termOf(String tenant, String name) {
    String head = PREFIX + tenant;
    if (!name.startsWith(head)) {
      return -1;
    }
    Matcher after = AFTER_TENANT.matcher(name.substring(head.length()));
    return after.matches() ? Long.parseLong(after.group(1)) : -1;
  }

  /// Whether it is another driver's whom this one may shut out. A driver with a higher term shuts
  /// this one out: its names are left alone, or it could not write either.
  private boolean older(String name) {
    return !mine(name) && termOf(tenant, name) <= term;
  }

  private boolean mine(String name) {
    return name.startsWith(base) && (name.charAt(base.length()) == '-' || marked(name));
  }

  private boolean marked(String name) {
    return name.charAt(base.length()) == '.';
  }

  /// The name by which an index is written. It says nothing of whether the index has it yet.
  synchronized String alias(String index) {
    return aliases.computeIfAbsent(index, _ -> base + "-" + aliases.size());
  }

  /// What to mark the next request with.
  synchronized String mark() {
    return base + "." + marks++;
  }

  /// @param indices those of the target that are there
  /// @throws MoverException.Fenced if a higher term was seen
  void raise(Collection<String> indices) throws HomeFailure, MoverException, InterruptedException {
    addNames(indices);
    raiseTerm();
    takeOthers();
    awaitOthers();
  }

  /// Step 1.
  void addNames(Collection<String> indices) throws HomeFailure, InterruptedException {
    Map<String, String> byIndex = new LinkedHashMap<>();
    indices.forEach(index -> byIndex.put(index, alias(index)));
    home.add(byIndex);
  }

  /// Step 2.
  void raiseTerm() throws HomeFailure, MoverException, InterruptedException {
    try {
      home.raise(term);
    } catch (MoverException.Fenced e) {
      drop();
      throw e;
    }
  }

  /// Step 3: afterwards nothing comes by another name.
  void takeOthers() throws HomeFailure, InterruptedException {
    Set<FenceHome.Name> others = new HashSet<>(home.names());
    others.removeIf(each -> !older(each.alias()));
    home.remove(others);
  }

  /// Step 3: afterwards nothing that came by another name is under way.
  void awaitOthers() throws HomeFailure, MoverException, InterruptedException {
    await(this::older, "writes of an earlier driver that are under way");
  }

  /// Waits until a request of this driver's own is not under way any more.
  void awaitGone(String mark) throws HomeFailure, MoverException, InterruptedException {
    await(mark::equals, "a bulk that gave no answer");
  }

  private void await(Predicate<String> which, String what)
      throws HomeFailure, MoverException, InterruptedException {
    long end = nanoClock.getAsLong() + drainMax.toNanos();
    while (home.underWay().stream().anyMatch(which)) {
      if (nanoClock.getAsLong() - end > 0) {
        throw new MoverException.Unreachable(
            "%s: %s have not ended within %d s. Nothing is copied before they have. The move goes on by itself then"
                .formatted(base, what, drainMax.toSeconds()),
            null);
      }
      progress.waiting(what);
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /// That no higher term has been seen. A driver asks this after it has given an index one of its
  /// names by other means than [#raise], and before it writes there.
  ///
  /// @throws MoverException.Fenced if one was
  void check() throws HomeFailure, MoverException, InterruptedException {
    long highest = home.highest();
    if (highest != term) {
      drop();
      throw new MoverException.Fenced(
          "tenant '%s': the home has seen driver term %d, and this driver has %d: another one has taken over"
              .formatted(tenant, highest, term));
    }
  }

  /// What it means that a name of this driver's is gone.
  MoverException.Fenced lost() {
    return new MoverException.Fenced(
        "tenant '%s': the home has no name '%s' any more: another driver has taken it away"
            .formatted(tenant, base));
  }

  /// Takes this driver's own names away.
  void drop() throws HomeFailure, InterruptedException {
    Set<FenceHome.Name> own = new HashSet<>(home.names());
    own.removeIf(each -> !mine(each.alias()));
    home.remove(own);
  }
}
