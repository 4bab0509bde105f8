package dev.drover.sim;

import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.SourceFence;
import dev.drover.core.fleet.FleetView;
import dev.drover.core.fleet.FleetView.Presence;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.gate.Guard;
import dev.drover.store.Durability;
import dev.drover.store.StateStore;
import dev.drover.store.records.Keys;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A version of the protocol that is wrong in one place, to show that the checks can fail.
enum WrongVersion {
  NO_RECEIPT_WAITED_FOR(
      "no receipt waited for",
      Profile.NETWORK,
      new Rules() {
        @Override
        FleetView listed(FleetView view, LeaseKind kind, Partition record) {
          return record.ownership() instanceof Ownership.Cutover ? nobody(view) : view;
        }
      }),
  NO_CONFIRMATION_OF_DRAINING(
      "no confirmation of Draining waited for",
      Profile.CRASHES,
      new Rules() {
        @Override
        FleetView listed(FleetView view, LeaseKind kind, Partition record) {
          return kind == LeaseKind.LONG ? nobody(view) : view;
        }
      }),
  RECEIPTS_BEFORE_WRITES_END(
      "receipts given before in-flight writes end",
      Profile.ALL,
      new Rules() {
        @Override
        boolean receiptsWaitForPasses() {
          return false;
        }
      }),
  TAIL_BEFORE_RECEIPTS(
      "the last tail taken before the receipts",
      Profile.ALL,
      new Rules() {
        @Override
        boolean tailWaitsForReceipts() {
          return false;
        }
      }),
  ACKNOWLEDGED_WITHOUT_GUARD(
      "acknowledged without the guard",
      Profile.NETWORK,
      new Rules() {
        @Override
        boolean mayAnswer(Guard guard, boolean serving, long nowNanos) {
          return true;
        }
      }),
  BROKEN_GUARD_COMES_BACK(
      "a broken guard that comes back with the next lease",
      Profile.NETWORK,
      new Rules() {
        @Override
        boolean mayAnswer(Guard guard, boolean serving, long nowNanos) {
          return serving || guard.stands(nowNanos);
        }
      }),
  LEASE_FROM_THE_ANSWER(
      "the lease computed from the answer's time",
      Profile.NETWORK,
      new Rules() {
        @Override
        long leaseCountsFrom(long sentNanos, long answeredNanos) {
          return answeredNanos;
        }
      }),
  READS_BEFORE_IT_REGISTERS(
      "a gateway that reads the routes before it registers",
      Profile.NETWORK,
      new Rules() {
        @Override
        boolean registersBeforeReading() {
          return false;
        }
      }),
  NO_OPENING(
      "no Opening step: writes go on at the new home before every gateway reads there",
      Profile.STORE,
      new Rules() {
        @Override
        FleetView listed(FleetView view, LeaseKind kind, Partition record) {
          return record.ownership() instanceof Ownership.Opening ? nobody(view) : view;
        }
      }),
  TAKEOVER_WITHOUT_TERM(
      "a takeover without a new term",
      Profile.ALL,
      new Rules() {
        @Override
        Partition written(Partition before, Partition next) {
          boolean takesOver = next.epoch() == before.epoch() && next.term() > before.term();
          return takesOver ? with(next, before.term(), next.owed().isEmpty()) : next;
        }
      }),
  COPY_WITHOUT_FENCE(
      "a copy without a fence",
      Profile.NETWORK,
      new Rules() {
        @Override
        boolean copiesAreFenced() {
          return false;
        }
      }),
  REOPENS_WITHOUT_COMPARING(
      "a missed deadline that reopens without a compare-and-set",
      Profile.PAUSES,
      new Rules() {
        @Override
        long reopenExpects(long version) {
          return StateStore.ANY;
        }
      }),
  UNDO_FORGOTTEN(
      "an undo that is forgotten after a crash",
      Profile.PAUSES,
      new Rules() {
        @Override
        Partition written(Partition before, Partition next) {
          boolean aborts =
              before.ownership() instanceof Ownership.Moving m
                  && next.ownership() instanceof Ownership.Active(var home)
                  && home.equals(m.from());
          return aborts ? with(next, next.term(), true) : next;
        }
      }),
  CAPTURE_RECONNECTS_SILENTLY(
      "capture that reconnects silently",
      Profile.NETWORK,
      new Rules() {
        @Override
        boolean captureTellsItsLoss() {
          return false;
        }
      }),
  FRESH_WRITE_READS_ONCE(
      "a fresh write that reads the record only once",
      Profile.NETWORK,
      new Rules() {
        @Override
        boolean freshWritesReadTwice() {
          return false;
        }
      }),
  FRESH_READ_READS_ONCE(
      "a fresh read that reads the record only once",
      Profile.NETWORK,
      new Rules() {
        @Override
        boolean freshReadsReadTwice() {
          return false;
        }
      }),
  ABORT_AFTER_COMMIT(
      "an abort after the commit point",
      Profile.NETWORK,
      new Rules() {
        @Override
        boolean commitIsFinal() {
          return false;
        }

        @Override
        void abortAnyway(World world, SimController controller, Partition record) {
          Ownership.Moving moving = (Ownership.Moving) record.ownership();
          Partition aborted =
              new Partition(
                  record.id(),
                  record.epoch() + 1,
                  record.term(),
                  new Ownership.Active(moving.from()),
                  moving.move().owedOnAbort(),
                  record.changedAt());
          world
              .store()
              .put(
                  controller,
                  Keys.partition(record.id()),
                  aborted,
                  StateStore.ANY,
                  null,
                  Durability.SYNCED,
                  _ -> {});
        }
      }),
  COMMITS_WHERE_NOT_ALL_KNOW(
      "a commit although a gateway does not know the target",
      Profile.CONFIGURATION,
      new Rules() {
        @Override
        FleetView knowing(FleetView view, Partition record) {
          Map<GatewayId, Presence> knowing = new TreeMap<>();
          view.gateways().forEach((g, p) -> knowing.put(g, knowing(p, record)));
          return new FleetView(knowing, view.receipts(), view.forgotten(), view.gatewaysRevision());
        }

        private static Presence knowing(Presence p, Partition record) {
          Set<HomeId> homes = new HashSet<>(p.homes());
          if (record.ownership() instanceof Ownership.Moving m) {
            homes.add(m.to().home());
          }
          return new Presence(p.mode(), p.longLease(), p.shortLease(), homes);
        }
      }),
  REOPENS_BEFORE_UNFENCED(
      "writes routed to a source again before its fence is lifted, which refuses everybody",
      Profile.BLOCKS,
      new Rules() {
        @Override
        SourceFence sourceFence(SimHome source) {
          return SourceFence.OUTSIDERS;
        }
      }),
  NAME_TAKEN_WITHOUT_WAITING(
      "a name taken away without waiting for what has come through it",
      Profile.NAMES,
      new Rules() {
        @Override
        boolean namesAreWaitedFor() {
          return false;
        }
      }),
  COMPENSATION_FORGOTTEN(
      "a compensation of an engine's step that is forgotten",
      Profile.STEPS,
      WrongSteps.COMPENSATION_FORGOTTEN),
  COMPENSATIONS_OUT_OF_ORDER(
      "compensations of an engine's steps out of order",
      Profile.STEPS,
      WrongSteps.COMPENSATIONS_OUT_OF_ORDER),
  COMPENSATION_NOT_REPEATABLE(
      "a compensation that cannot be done twice",
      Profile.STEPS,
      WrongSteps.COMPENSATION_NOT_REPEATABLE),
  STEP_BEFORE_IT_IS_WRITTEN_DOWN(
      "an engine's step that is taken before it is written down",
      Profile.STEPS,
      WrongSteps.STEP_BEFORE_IT_IS_WRITTEN_DOWN),
  STATE_NOT_YET_TRUE(
      "a resume from an engine's state that was not yet true",
      Profile.STEPS,
      WrongSteps.STATE_NOT_YET_TRUE),
  UNKNOWN_TAKEN_FOR_FAILURE(
      "an unknown outcome taken for a failure",
      Profile.NETWORK,
      new Rules() {
        @Override
        boolean unknownIsTold() {
          return false;
        }
      }),
  LOSS_UNNOTICED(
      "a source that comes back with less is copied again, and its last copy removed",
      Profile.LOSSES,
      new Rules() {
        @Override
        boolean copiesAreMarked() {
          return false;
        }
      }),
  COMPARES_BEFORE_ALL_KNOW(
      "a comparison before every gateway knows of the move",
      Profile.NOTES,
      WrongNotes.COMPARES_BEFORE_ALL_KNOW),
  DELETES_NOT_NOTED(
      "what capture does not show is not noted", Profile.NOTES, WrongNotes.DELETES_NOT_NOTED),
  NOT_NOTED_AT_THE_ANSWER(
      "noted only if the move was known when the request was sent",
      Profile.NOTES,
      WrongNotes.NOT_NOTED_AT_THE_ANSWER),
  NOTED_FOR_AN_EARLIER_MOVE(
      "noted for a move that was aborted, and not for the next one",
      Profile.NOTES,
      WrongNotes.NOTED_FOR_AN_EARLIER_MOVE),
  NOTED_TOO_LATE(
      "noted after the client is answered and the pass given back",
      Profile.NOTES,
      WrongNotes.NOTED_TOO_LATE),
  NOTES_NOT_READ_IN_THE_HOLD(
      "notes that are not read in the hold", Profile.NOTES, WrongNotes.NOTES_NOT_READ_IN_THE_HOLD),
  NOTES_ASKED_FOR_ONCE(
      "what is noted is not asked for again in the hold",
      Profile.NOTES,
      WrongNotes.NOTES_ASKED_FOR_ONCE),
  PURGED_UNSEEN(
      "a purge that deletes what it has not looked at",
      Profile.STRAYS,
      new Rules() {
        @Override
        boolean purgesOnlyCopies() {
          return false;
        }
      }),
  NEW_GATE_ADOPTS_NOTHING(
      "a new partition whose gate does not count what is under way",
      Profile.NESTING,
      530,
      new Rules() {
        @Override
        boolean newGatesAdopt() {
          return false;
        }
      }),
  NO_GATE_ADOPTS_WHAT_IS_DROPPED(
      "a dropped partition whose writes under way nobody counts",
      Profile.NESTING,
      1_200,
      new Rules() {
        @Override
        boolean gatesAdoptWhenOneGoes() {
          return false;
        }
      }),
  MADE_IN_WHAT_MOVES(
      "a partition made known inside one that moves",
      Profile.NESTING,
      new Rules() {
        @Override
        boolean madeInWhatIsAtRest() {
          return false;
        }
      }),
  MADE_ELSEWHERE(
      "a partition made known where what it holds is not looked for",
      Profile.NESTING,
      new Rules() {
        @Override
        boolean madeWhereItIsLookedFor() {
          return false;
        }
      }),
  MOVES_BY_AN_OLD_LIST(
      "a move that begins before the catalog shows what was made known and dropped",
      Profile.NESTING,
      new Rules() {
        @Override
        boolean catalogIsWaitedFor() {
          return false;
        }
      }),
  CHANGED_WITHOUT_THE_LEAD(
      "a partition made known, or dropped, by a controller that does not lead any more",
      Profile.NESTING,
      2_000,
      new Rules() {
        @Override
        boolean changedUnderTheLead() {
          return false;
        }
      }),
  LEADS_BY_AN_OLD_LIST(
      "a new leader that does not read the partitions anew, where the outer record is not touched",
      Profile.NESTING,
      17_600,
      new Rules() {
        @Override
        boolean leadersReadAnew() {
          return false;
        }

        @Override
        boolean outerIsTouched() {
          return false;
        }
      }),
  DROPPED_BEGINS_ANEW(
      "a dropped partition that begins again with the first epoch and term",
      Profile.NESTING,
      new Rules() {
        @Override
        boolean droppedGoOn() {
          return false;
        }
      }),
  ADOPTED_WITHOUT_A_GUARD(
      "an adopted write that is answered without the guard of the gate that adopted it",
      Profile.NESTING,
      15_250,
      new Rules() {
        @Override
        boolean adoptersGuard() {
          return false;
        }
      }),
  CATALOG_BY_PRESENCE(
      "a catalog that is taken to show a partition that was made again, and shows the one before",
      Profile.NESTING,
      7_690,
      new Rules() {
        @Override
        boolean catalogShowsRevisions() {
          return false;
        }
      }),
  OUTER_NOT_TOUCHED(
      "a partition made known, or dropped, while an older leader's move of the one around it is on its way",
      Profile.NESTING,
      18_440,
      new Rules() {
        @Override
        boolean outerIsTouched() {
          return false;
        }
      }),
  LEADS_ON_UNSURE(
      "a leader that goes on although it does not know what it has made",
      Profile.NESTING,
      1_010,
      new Rules() {
        @Override
        boolean unknownEndsTheLead() {
          return false;
        }
      }),
  LEADS_UNDER_TWO_LEASES(
      "a controller that leads again before its lease from before has ended",
      Profile.NESTING,
      2_000,
      new Rules() {
        @Override
        boolean leasesEndBeforeTheNext() {
          return false;
        }
      });

  final String words;

  /// The faults that show it soonest.
  final Profile profile;

  @SuppressWarnings("ImmutableEnumChecker") // rules have no state
  final Rules rules;

  /// The first seed that is played. It shows in none before this one; that was looked at once.
  final long from;

  WrongVersion(String words, Profile profile, Rules rules) {
    this(words, profile, 1, rules);
  }

  WrongVersion(String words, Profile profile, long from, Rules rules) {
    this.words = words;
    this.profile = profile;
    this.from = from;
    this.rules = rules;
  }

  private static FleetView nobody(FleetView view) {
    return new FleetView(Map.of(), Map.of(), Set.of(), view.gatewaysRevision());
  }

  private static Partition with(Partition record, long term, boolean owesNothing) {
    return new Partition(
        record.id(),
        record.epoch(),
        term,
        record.ownership(),
        owesNothing ? List.of() : record.owed(),
        record.changedAt());
  }
}
