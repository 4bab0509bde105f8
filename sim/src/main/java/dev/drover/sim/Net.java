package dev.drover.sim;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// What lies between processes: requests and their answers take time, get lost with the connection
/// that they are on, and may be done after whoever asked has given up waiting.
///
/// On one connection requests arrive in the order in which they were sent. A connection that breaks
/// leaves the outcome of what is on it unknown; only one that cannot be opened says that nothing
/// was done.
final class Net {
  private final World world;
  private final Chance chance;
  private final Map<String, Long> lastArrivalNanos = new HashMap<>();
  private final Set<String> cut = new HashSet<>();
  private final Map<String, Double> slow = new HashMap<>();
  private final Map<String, Long> erraticNanos = new HashMap<>();
  private final Map<String, Long> stalledUntilNanos = new HashMap<>();
  private final double lossy;

  /// @param lossy the probability that a connection breaks under a request
  Net(World world, Chance chance, double lossy) {
    this.world = world;
    this.chance = chance;
    this.lossy = lossy;
  }

  /// What comes of a request.
  sealed interface Reply<R> {
    record Answer<R>(R value) implements Reply<R> {}

    /// Nothing was done.
    record NotSent<R>() implements Reply<R> {}

    /// It may have been done, or may be done yet.
    record Unknown<R>() implements Reply<R> {}
  }

  /// Asks `to` to do something, in one step of it.
  ///
  /// @param lane names the connection, in whose order requests arrive; empty for one of its own
  /// @param giveUpNanos after this time the outcome is unknown
  <R> void call(
      Proc from,
      Proc to,
      String lane,
      long giveUpNanos,
      Supplier<R> what,
      Consumer<Reply<R>> then) {
    if (isCut(from, to) || (!to.up() && chance.happens(0.9))) {
      from.later(delay(from, to), () -> then.accept(new Reply.NotSent<>()));
      return;
    }
    Exchange<R> exchange = new Exchange<>(from, to, then);
    from.later(giveUpNanos, () -> exchange.end(new Reply.Unknown<>()));
    if (chance.happens(lossy / 2)) {
      exchange.broken();
      return;
    }
    to.later(arrival(from, to, lane), () -> exchange.arrived(what), exchange::broken);
  }

  /// As [#call], but the answer comes when `to` has it.
  <R> void ask(
      Proc from,
      Proc to,
      String lane,
      long giveUpNanos,
      Consumer<Consumer<R>> what,
      Consumer<Reply<R>> then) {
    if (isCut(from, to) || !to.up()) {
      from.later(delay(from, to), () -> then.accept(new Reply.NotSent<>()));
      return;
    }
    Exchange<R> exchange = new Exchange<>(from, to, then);
    from.later(giveUpNanos, () -> exchange.end(new Reply.Unknown<>()));
    to.later(arrival(from, to, lane), () -> what.accept(exchange::answered), exchange::broken);
  }

  /// One request, until its first end.
  private final class Exchange<R> {
    private final Proc from;
    private final Proc to;
    private final Consumer<Reply<R>> then;
    private final int askersLife;
    private boolean ended;

    Exchange(Proc from, Proc to, Consumer<Reply<R>> then) {
      this.from = from;
      this.to = to;
      this.then = then;
      this.askersLife = from.life();
    }

    void end(Reply<R> reply) {
      if (!ended) {
        ended = true;
        then.accept(reply);
      }
    }

    void broken() {
      reply(new Reply.Unknown<>());
    }

    /// A process that was started again does not get what its predecessor asked for.
    private void reply(Reply<R> reply) {
      if (from.life() == askersLife) {
        from.later(delay(from, to), () -> end(reply));
      }
    }

    void arrived(Supplier<R> what) {
      if (isCut(from, to)) {
        broken();
        return;
      }
      answered(what.get());
    }

    void answered(R value) {
      if (isCut(from, to) || chance.happens(lossy / 2)) {
        broken();
      } else {
        reply(new Reply.Answer<>(value));
      }
    }
  }

  /// Tells `to` something on a connection that delivers in order.
  ///
  /// @param broken done if it cannot be told
  void tell(Proc from, Proc to, String lane, Runnable what, Runnable broken) {
    if (isCut(from, to)) {
      broken.run();
    } else {
      to.later(arrival(from, to, lane), what, broken);
    }
  }

  private long arrival(Proc from, Proc to, String lane) {
    long wait = delay(from, to);
    if (lane.isEmpty()) {
      return wait;
    }
    String connection = from.name + ">" + to.name + "/" + lane;
    long at =
        Math.max(
            world.nowNanos() + wait, lastArrivalNanos.getOrDefault(connection, Long.MIN_VALUE) + 1);
    lastArrivalNanos.put(connection, at);
    return at - world.nowNanos();
  }

  private long delay(Proc from, Proc to) {
    long usual = chance.between(50_000, 400_000);
    long wait = chance.happens(0.02) ? usual * chance.between(5, 50) : usual;
    wait = (long) (wait * slow.getOrDefault(pair(from, to), 1.0));
    long erratic = erraticNanos.getOrDefault(pair(from, to), 0L);
    if (erratic > 0 && chance.happens(0.5)) {
      wait += chance.between(0, erratic);
    }
    long stall = stalledUntilNanos.getOrDefault(from.name + ">" + to.name, 0L) - world.nowNanos();
    return wait + Math.max(0, stall);
  }

  // --- faults

  void cut(Proc a, Proc b, boolean on) {
    world.say("net", () -> a + " and " + b + (on ? " are cut off" : " reach each other again"));
    if (on) {
      cut.add(pair(a, b));
    } else {
      cut.remove(pair(a, b));
    }
  }

  boolean isCut(Proc a, Proc b) {
    return !cut.isEmpty() && cut.contains(pair(a, b));
  }

  void slow(Proc a, Proc b, double factor) {
    world.say("net", () -> a + " and " + b + " are " + factor + " times as slow as usual");
    slow.put(pair(a, b), factor);
  }

  /// Every other message between the two takes up to so much longer.
  ///
  /// @param nanosMax 0 ends it
  void erratic(Proc a, Proc b, long nanosMax) {
    world.say(
        "net",
        () ->
            nanosMax == 0
                ? a + " and " + b + " are steady again"
                : a + " and " + b + " wait up to " + nanosMax / 1_000_000 + " ms for each other");
    erraticNanos.put(pair(a, b), nanosMax);
  }

  /// For so long nothing arrives in this direction; then all of it does, and nobody is told that a
  /// connection broke.
  void stall(Proc from, Proc to, long nanos) {
    world.say("net", () -> from + " does not get through to " + to);
    stalledUntilNanos.put(from.name + ">" + to.name, world.nowNanos() + nanos);
  }

  void heal() {
    cut.clear();
    slow.clear();
    erraticNanos.clear();
    stalledUntilNanos.clear();
  }

  private static String pair(Proc a, Proc b) {
    return a.name.compareTo(b.name) < 0 ? a.name + "|" + b.name : b.name + "|" + a.name;
  }
}
