package dev.drover.opensearch.gateway;

import dev.drover.core.Clocks;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.gateway.RecordReader;
import dev.drover.gateway.net.Endpoint;
import dev.drover.opensearch.answer.AnswerRewriter;
import dev.drover.opensearch.answer.AnswerShape;
import dev.drover.opensearch.answer.AnswerWords;
import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.tenant.Locator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a gateway's event loops have in common. Thread-safe.
final class Serving {
  private static final int LOCATORS_MAX = 100_000;
  private static final String NOWHERE = "unknown-home.invalid";

  private final FrontOptions options;
  private final Supplier<Map<HomeId, HomeEndpoint>> homes;
  private final Clocks clocks;
  private final Optional<RecordReader> records;
  private final Map<String, Gate> gates = new ConcurrentHashMap<>();
  private final Map<String, Locator> locators = new ConcurrentHashMap<>();
  private final Set<HomeId> notesAt = ConcurrentHashMap.newKeySet();
  private final Cursors cursors;
  private final FreshIds ids;
  private final LongAdder refusals = new LongAdder();
  private final LongAdder unknowns = new LongAdder();
  private volatile @Nullable Guard rest;

  Serving(
      FrontOptions options,
      Supplier<Map<HomeId, HomeEndpoint>> homes,
      Clocks clocks,
      Chance chance,
      Optional<RecordReader> records) {
    this.records = records;
    this.ids = new FreshIds(chance);
    this.options = options;
    this.cursors = cursors(options.cursors(), clocks, chance);
    this.clocks = clocks;
    this.homes = homes;
  }

  private static Cursors cursors(CursorOptions options, Clocks clocks, Chance chance) {
    return switch (options) {
      case CursorOptions.Off _ -> new NoCursors();
      case CursorOptions.Sealed sealed -> new SealedCursors(sealed.secret(), chance);
      case CursorOptions.Table table -> new CursorTable(table, clocks.nanoClock(), chance);
    };
  }

  /// Where each request's tenant is read, in mode `fresh`; empty in others.
  Optional<RecordReader> records() {
    return records;
  }

  FrontOptions options() {
    return options;
  }

  /// A home that the configuration does not name cannot be reached.
  HomeEndpoint home(HomeId id) {
    HomeEndpoint known = homes.get().get(id);
    return known != null
        ? known
        : new HomeEndpoint(new Endpoint(id, NOWHERE, 1, Optional.empty()), HomeEndpoint.Login.NONE);
  }

  /// How a tenant's documents are called at a place.
  Documents documents(String tenant, Placement at) {
    if (locators.size() > LOCATORS_MAX) {
      locators.clear();
    }
    return new Documents(
        tenant,
        locators.computeIfAbsent(
            at.locator(),
            text -> options.passing().locator(at).orElseGet(() -> Locator.parse(text))));
  }

  /// How an answer of that place is shown; empty if it is passed on as it is.
  ///
  /// @param mayHoldCursors whether it may hold the id of a scroll or of a point in time
  Optional<AnswerRewriter> rewriter(
      Cursors.Owner owner, Placement at, AnswerShape shape, boolean mayHoldCursors) {
    Documents documents = documents(owner.tenant(), at);
    AnswerWords words = new AnswerWords(documents, cursors.at(owner, at));
    boolean plain = words.plain() && !mayHoldCursors;
    return plain || documents.locator().passed().isPresent()
        ? Optional.empty()
        : Optional.of(new AnswerRewriter(words, shape));
  }

  /// Whether a home is known to have the index of notes on deletes.
  boolean notesAt(HomeId home) {
    return notesAt.contains(home);
  }

  void notesAre(HomeId home) {
    notesAt.add(home);
  }

  /// By the wall clock, for people.
  long nowMillis() {
    return clocks.wallMillis();
  }

  Cursors cursors() {
    return cursors;
  }

  FreshIds ids() {
    return ids;
  }

  /// Null if there is no such tenant.
  @Nullable Gate gate(String tenant) {
    return gates.get(tenant);
  }

  void added(Gate gate) {
    gates.put(gate.partition().name(), gate);
  }

  void removed(PartitionId tenant) {
    gates.remove(tenant.name());
  }

  /// What guards requests of no tenant; null until the gateway has joined.
  @Nullable Guard rest() {
    return rest;
  }

  void joined(Guard now) {
    rest = now;
  }

  Map<String, Gate> gates() {
    return gates;
  }

  LongAdder refusals() {
    return refusals;
  }

  LongAdder unknowns() {
    return unknowns;
  }
}
