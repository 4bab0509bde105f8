package dev.drover.control;

import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.mover.HomeLook;
import dev.drover.core.mover.Preflight;
import dev.drover.store.records.KeptRecord;
import dev.drover.store.records.SignerRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The shapes of the API's answers, but for moves ([MoveView]). [ApiJson] says how they are
/// written; the document at `/openapi.json` describes each of them.
public final class Shapes {
  private Shapes() {}

  /// How a server is.
  ///
  /// @param status `up`, or `down` if the store does not answer
  /// @param drives whether this server begins and drives moves
  /// @param store `up` or `down`
  /// @param problem why the store cannot be used
  public record Health(
      String status, String server, boolean drives, String store, Optional<String> problem) {
    static Health of(Controller controller) {
      Optional<String> problem = ApiJson.said(controller.storeProblem());
      String state = problem.isEmpty() ? "up" : "down";
      return new Health(
          state, controller.options().name(), controller.leadership().leads(), state, problem);
    }
  }

  /// Everything that is under way.
  ///
  /// @param drivenBy the controller that begins moves; absent if there is none right now
  public record Status(
      String server,
      Optional<String> drivenBy,
      List<MoveStatus> moves,
      List<MoveView.Queued> queued,
      int partitions,
      int gateways,
      List<String> problems) {
    public Status {
      moves = List.copyOf(moves);
      queued = List.copyOf(queued);
      problems = List.copyOf(problems);
    }
  }

  /// One partition.
  ///
  /// @param state its ownership, or `Corrupt` if its record cannot be read
  /// @param home where reads go; absent if it is corrupt
  /// @param fallback where it goes if its home is lost; absent if nowhere
  public record PartitionView(
      PartitionId id,
      String engine,
      String name,
      String state,
      Optional<HomeId> home,
      Work work,
      Optional<Fallback> fallback,
      Stored record) {}

  /// What is done with a partition.
  ///
  /// @param move that it is in
  /// @param to where that leads
  /// @param owed what is still to be put right
  public record Work(Optional<MoveId> move, Optional<HomeId> to, List<String> owed) {
    public Work {
      owed = List.copyOf(owed);
    }
  }

  /// @param serves whether the partition is there
  public record Fallback(HomeId home, boolean serves) {}

  /// A partition's record in the store.
  ///
  /// @param problem why it cannot be read; the others are absent then
  public record Stored(Optional<Long> epoch, Optional<Long> term, Optional<String> problem) {}

  /// One home and how it is.
  ///
  /// @param partitions how many read there
  public record HomeView(HomeId id, String engine, String address, Look look, int partitions) {}

  /// What a look at a home has shown.
  ///
  /// @param version the server's; absent if it did not answer
  /// @param problem why it cannot be used; absent if it can
  /// @param items how many it holds; absent if that is not known
  /// @param usedBytes memory or disk in use; absent if that is not known
  public record Look(
      boolean reachable,
      Optional<String> version,
      Optional<String> problem,
      Optional<Long> items,
      Optional<Long> usedBytes) {
    static Look of(HomeLook look) {
      return new Look(
          look.reachable(),
          ApiJson.said(look.version()),
          ApiJson.said(look.problem()),
          ApiJson.known(look.items()),
          ApiJson.known(look.usedBytes()));
    }
  }

  /// What a partition's move waits for.
  ///
  /// @param stage what its driver is at; `Queued` or `At rest` if it has none
  /// @param situation where the partition is and what is done with it, for people
  public record Explained(
      PartitionId partition, String state, String stage, String situation, List<WaitView> waits) {
    public Explained {
      waits = List.copyOf(waits);
    }
  }

  /// What a dry run has shown.
  ///
  /// @param items about how many there are to copy; absent if that is not known
  /// @param bytes about how much that is; absent if that is not known
  public record Looked(
      List<Preflight.Finding> findings, Optional<Long> items, Optional<Long> bytes) {
    static Looked of(Preflight preflight) {
      return new Looked(
          preflight.findings(), ApiJson.known(preflight.items()), ApiJson.known(preflight.bytes()));
    }
  }

  /// @param mayServeMillis for how long it may still serve, and certificates of moves do not hold
  public record Forgotten(String gateway, long mayServeMillis) {}

  /// What is set aside at a home until an operator decides.
  ///
  /// @param at where the partition was
  /// @param stray whether it may have been written at the old home after the last tail
  /// @param foundAt when it was first written down
  /// @param accepted whether an operator has said that it may stay there
  public record Aside(
      MoveId move,
      PartitionId partition,
      Placement at,
      boolean stray,
      String why,
      Items items,
      Instant foundAt,
      boolean accepted) {
    static Aside of(KeptRecord kept) {
      return new Aside(
          kept.move(),
          kept.partition(),
          new Placement(kept.home(), kept.locator()),
          kept.strays(),
          kept.why(),
          new Items(kept.items(), kept.names()),
          Instant.ofEpochMilli(kept.sinceMillis()),
          kept.accepted());
    }
  }

  /// @param names of the first of them
  public record Items(long count, List<String> names) {
    public Items {
      names = List.copyOf(names);
    }
  }

  /// A key by which a server signs certificates.
  ///
  /// @param key its public half (X.509 SubjectPublicKeyInfo, Base64)
  /// @param startedAt when that server last started with it
  public record SignerView(String server, String key, Instant startedAt) {
    static SignerView of(SignerRecord signer) {
      return new SignerView(
          signer.server(), signer.key(), Instant.ofEpochMilli(signer.sinceMillis()));
    }
  }
}
