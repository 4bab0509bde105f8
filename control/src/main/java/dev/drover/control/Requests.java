package dev.drover.control;

import dev.drover.control.ControlException.Kind;
import dev.drover.core.EngineState;
import dev.drover.core.Hlc;
import dev.drover.core.Move;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.Refusal;
import dev.drover.core.SourceFence;
import dev.drover.core.Transition;
import dev.drover.core.mover.Mover;
import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Preflight;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a request for a move means for its partition as it stands: whether it can be carried out,
/// and with which transition and task it begins. Decides, and changes nothing.
final class Requests {
  private final ControllerOptions options;
  private final Movers movers;
  private final Homes homes;
  private final Catalog catalog;

  Requests(ControllerOptions options, Movers movers, Homes homes, Catalog catalog) {
    this.options = options;
    this.movers = movers;
    this.homes = homes;
    this.catalog = catalog;
  }

  Catalog.Known find(PartitionId id) throws ControlException {
    return catalog.find(id).orElseThrow(() -> unknown(id.toString(), id.name()));
  }

  /// The partition that people mean: by its full name, or by its name alone where only one engine
  /// has it.
  ///
  /// @throws ControlException if there is none, or more than one
  PartitionId named(@Nullable String text) throws ControlException {
    if (text == null || text.isEmpty()) {
      throw new ControlException(
          Kind.BAD_REQUEST, "which partition? name it in 'partition', as NAME or ENGINE/NAME");
    }
    List<PartitionId> meant = catalog.named(text);
    if (meant.isEmpty()) {
      throw unknown(text, text);
    }
    if (meant.size() > 1) {
      throw new ControlException(
          Kind.BAD_REQUEST,
          "'%s' may be any of %s. Nothing was done. Write the one that you mean as ENGINE/NAME"
              .formatted(text, meant));
    }
    return meant.getFirst();
  }

  private ControlException unknown(String text, String name) {
    return new ControlException(
        Kind.NOT_FOUND,
        "there is no partition '"
            + text
            + "'; "
            + catalog.startingWith(name).map(like -> "did you mean '" + like + "'? ").orElse("")
            + "'drover partitions' lists them");
  }

  Catalog.Known movable(MoveRequest request) throws ControlException {
    Catalog.Known known = find(request.partition());
    Partition partition = known.partition();
    Homes.Home home =
        homes
            .find(request.to())
            .orElseThrow(
                () ->
                    new ControlException(
                        Kind.NOT_FOUND,
                        "there is no home '" + request.to() + "'; 'drover homes' lists them"));
    if (!home.engine().equals(partition.id().engine())) {
      throw new ControlException(
          Kind.BAD_REQUEST,
          "home '"
              + home.id()
              + "' is for "
              + home.engine()
              + ", and partition '"
              + partition.id()
              + "' is "
              + partition.id().engine());
    }
    movers.of(partition);
    Transition begun = begun(partition, request);
    // What is owed is worked off meanwhile, so it only delays the move in the queue.
    if (begun instanceof Transition.Refused refused && !(refused.why() instanceof Refusal.Owing)) {
      throw new ControlException(Kind.CONFLICT, refused.why().message());
    }
    return known;
  }

  /// Why a move past its commit is not aborted.
  ControlException notAborted(Partition partition) {
    Transition abort = Transition.abort(partition, stamp(Hlc.ZERO));
    return new ControlException(Kind.CONFLICT, ((Transition.Refused) abort).why().message());
  }

  /// @throws ControlException with kind PREFLIGHT and all that speaks against it
  static void accepted(Preflight preflight) throws ControlException {
    if (preflight.refused()) {
      throw new ControlException(
          Kind.PREFLIGHT,
          preflight.findings().stream()
              .filter(f -> f.severity() == Preflight.Severity.REFUSAL)
              .map(Preflight.Finding::message)
              .collect(Collectors.joining("; ")));
    }
  }

  Transition begun(Partition partition, MoveRequest request) {
    Placement to;
    try {
      to = target(partition, request);
    } catch (IllegalArgumentException e) {
      return new Transition.Refused(
          new Refusal.NoSuchPlace(partition.id(), String.valueOf(e.getMessage())));
    }
    if (!(partition.ownership() instanceof Ownership.Active active) || active.home().equals(to)) {
      return Transition.begin(partition, to, placeholder(request), stamp(partition.changedAt()));
    }
    Optional<PartitionId> other = catalog.meeting(partition.id(), to);
    if (other.isPresent()) {
      return new Transition.Refused(
          new Refusal.NoSuchPlace(
              partition.id(),
              "content of '%s' stands at '%s' or may come to stand there, so '%s' cannot move there. Choose another place"
                  .formatted(other.get(), to, partition.id())));
    }
    String locator = partition.ownership().reads().locator();
    Optional<PartitionId> unread = catalog.unreadInside(partition.id().engine(), locator);
    if (unread.isPresent()) {
      return new Transition.Refused(new Refusal.UnreadableInside(partition.id(), unread.get()));
    }
    MoverTask task = task(partition, request, partition.term() + 1);
    Mover mover = movers.find(partition.id().engine()).orElseThrow();
    Hlc now = stamp(partition.changedAt());
    Move move =
        Move.begun(
            request.id(),
            options.self(),
            new Move.Plan(
                request.budget(),
                request.barrier(),
                task.options(),
                mover.traits().sourceFence(),
                mover.owedOnComplete(task)),
            mover.owedOnAbort(task, EngineState.NONE),
            now);
    return Transition.begin(partition, task.to(), move, now);
  }

  private Move placeholder(MoveRequest request) {
    return Move.begun(
        request.id(),
        options.self(),
        new Move.Plan(
            request.budget(),
            request.barrier(),
            request.options(),
            SourceFence.OUTSIDERS,
            List.of()),
        List.of(),
        Hlc.ZERO);
  }

  Placement target(Partition partition, MoveRequest request) {
    return movers
        .traits(partition.id().engine())
        .target(partition.ownership().reads(), request.to(), request.locator());
  }

  /// Partitions of the same engine whose locator lies inside this one's: they stay where they are.
  private List<String> nested(Partition partition) {
    return catalog.inside(partition.id().engine(), partition.ownership().reads().locator());
  }

  MoverTask task(Partition partition, MoveRequest request, long term) {
    return new MoverTask(
        partition.id(),
        request.id(),
        term,
        partition.ownership().reads(),
        target(partition, request),
        request.options().withExcluded(nested(partition)));
  }

  Hlc stamp(Hlc after) {
    return after.next(options.clocks().wallMillis());
  }
}
