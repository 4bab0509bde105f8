package dev.drover.sim;

import dev.drover.core.HomeId;
import dev.drover.sim.SimHome.Appended;
import java.util.function.Consumer;

/// A process that clients talk to: a gateway of either mode, or a program that embeds the library.
abstract sealed class Frontend extends Proc permits SimGateway, SimFresh, SimEmbedder {
  private static final long HOME_NANOS = 2_000_000_000;

  Frontend(World world, String name) {
    super(world, name);
  }

  abstract void request(Op op, Consumer<Verdict> answer);

  /// Whether a write of a key sent now would go to a home, which the checker compares with all
  /// others (invariant I2).
  abstract java.util.Optional<HomeId> takesWritesFor(Op.Target target);

  /// What a home answers to a write.
  enum Applied {
    YES,
    NO,
    /// It refuses everybody just now, for a move.
    BLOCKED,
    UNKNOWN
  }

  final void append(HomeId at, Op op, Op.Target target, Consumer<Applied> then) {
    SimHome home = world.home(at);
    boolean silent = world.scenario().silent(op);
    world
        .net()
        .call(
            this,
            home,
            "client " + target.key(),
            HOME_NANOS,
            () -> home.append(target.partition(), target.key(), op.write(), silent),
            reply ->
                then.accept(
                    switch (reply) {
                      case Net.Reply.Answer<Appended>(Appended done) ->
                          switch (done) {
                            case DONE -> Applied.YES;
                            case NO_ROOM -> Applied.NO;
                            case BLOCKED -> Applied.BLOCKED;
                          };
                      case Net.Reply.NotSent<Appended> _ -> Applied.NO;
                      case Net.Reply.Unknown<Appended> _ ->
                          world.rules().unknownIsTold() ? Applied.UNKNOWN : Applied.NO;
                    }));
  }

  /// Notes at a home what its capture does not show.
  ///
  /// @param then told whether it is noted
  final void note(HomeId at, Op.Target target, Consumer<Boolean> then) {
    SimHome home = world.home(at);
    world
        .net()
        .call(
            this,
            home,
            "",
            HOME_NANOS,
            () -> home.note(target.partition(), target.key()),
            reply -> then.accept(reply instanceof Net.Reply.Answer<Boolean>));
  }

  /// @param failed done if the home did not answer
  final void read(HomeId at, Op.Target target, Consumer<Verdict.Value> then, Runnable failed) {
    SimHome home = world.home(at);
    world
        .net()
        .call(
            this,
            home,
            "client " + target.key(),
            HOME_NANOS,
            () -> new Verdict.Value(home.read(target.partition(), target.key())),
            reply -> {
              if (reply instanceof Net.Reply.Answer<Verdict.Value>(Verdict.Value value)) {
                then.accept(value);
              } else {
                failed.run();
              }
            });
  }
}
