package dev.drover.sim;

import dev.drover.core.PartitionId;
import java.util.ArrayList;
import java.util.List;

/// A client's process: one request after the other, through whichever gateway it happens to know.
/// It tries again what was surely not done.
final class SimClient extends Proc {
  private static final int TRIES_MAX = 4;
  private static final long GIVE_UP_NANOS = 8_000_000_000L;

  private final Chance chance;
  private final List<Frontend> frontends;
  private final List<PartitionId> partitions;
  private final int keys;
  private final long thinkNanosMax;
  private final boolean writesToSeveral;
  private int left;
  private boolean busy;

  SimClient(
      World world,
      String name,
      Chance chance,
      List<Frontend> frontends,
      List<PartitionId> partitions,
      Scenario.Workload workload) {
    super(world, name);
    this.chance = chance;
    this.frontends = frontends;
    this.partitions = partitions;
    this.keys = workload.keys();
    this.thinkNanosMax = workload.thinkNanosMax();
    this.left = workload.operations();
    this.writesToSeveral = workload.writesToSeveral();
  }

  boolean done() {
    return left == 0 && !busy;
  }

  void begin() {
    later(chance.between(0, thinkNanosMax), this::next);
  }

  private void next() {
    if (left == 0) {
      return;
    }
    left--;
    busy = true;
    Op op = draw();
    attempt(op, world.checker().began(op), 1);
  }

  private Op draw() {
    List<Op.Target> targets = new ArrayList<>();
    targets.add(new Op.Target(chance.pick(partitions), 1 + chance.below(keys)));
    if (!chance.happens(0.5)) {
      return new Op(0, targets);
    }
    if (writesToSeveral && partitions.size() > 1 && chance.happens(0.2)) {
      targets.clear();
      for (PartitionId each : partitions) {
        targets.add(new Op.Target(each, 1 + chance.below(keys)));
      }
    }
    return new Op(world.number(), targets);
  }

  private void attempt(Op op, Checker.Began began, int tries) {
    Frontend frontend = chance.pick(frontends);
    world.say(name, () -> "asks " + frontend + ": " + op);
    world
        .net()
        .<Verdict>ask(
            this,
            frontend,
            "",
            GIVE_UP_NANOS,
            answer -> frontend.request(op, answer),
            reply -> {
              Verdict verdict =
                  switch (reply) {
                    case Net.Reply.Answer<Verdict>(Verdict given) -> given;
                    case Net.Reply.NotSent<Verdict> _ -> new Verdict.Refused();
                    case Net.Reply.Unknown<Verdict> _ -> new Verdict.Unsure();
                  };
              if (verdict instanceof Verdict.Refused && tries < TRIES_MAX) {
                later(chance.between(1_000_000, 50_000_000), () -> attempt(op, began, tries + 1));
              } else {
                ended(op, began, verdict);
              }
            });
  }

  private void ended(Op op, Checker.Began began, Verdict verdict) {
    busy = false;
    world.say(name, () -> "gets " + verdict + " for " + op);
    world.checker().ended(op, began, verdict);
    begin();
  }
}
