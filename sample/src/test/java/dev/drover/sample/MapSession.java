package dev.drover.sample;

import dev.drover.core.EngineState;
import dev.drover.core.mover.Checkpoints;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverListener;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Tail;
import dev.drover.core.mover.Verification;
import dev.drover.sample.MapHome.Change;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Follows a map's changes by their numbers, from the first to the last. The number up to which the
/// target has them is the engine's state: whoever resumes the move goes on there.
final class MapSession implements MoverSession {
  private static final int PAGE = 500;
  private static final int STRAYS_MAX = 100;
  private static final int MENDS_MAX = 5;
  private static final int STATE_VERSION = 1;

  private final MoverTask task;
  private final MapHome from;
  private final MapHome to;
  private final MoverListener listener;
  private final Checkpoints checkpoints;
  private long position;
  private long done;

  /// The target's last change that a comparison has seen: what was brought over since is newer.
  private long compared;

  MapSession(
      MoverTask task, MapHome from, MapHome to, MoverListener listener, Checkpoints checkpoints) {
    this.task = task;
    this.from = from;
    this.to = to;
    this.listener = listener;
    this.checkpoints = checkpoints;
    EngineState state = checkpoints.state();
    this.position = state.none() ? 0 : Long.parseLong(state.text());
  }

  private interface Asked<T> {
    T ask() throws IOException, MoverException, InterruptedException;
  }

  private static <T> T asked(MapHome home, Asked<T> what)
      throws MoverException, InterruptedException {
    try {
      return what.ask();
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException(e.getMessage());
      }
      throw home.failed(e);
    }
  }

  private String under() {
    return MapHome.under(task.partition(), task.term());
  }

  @Override
  public void raiseFence() throws MoverException, InterruptedException {
    raise(to);
  }

  private void raise(MapHome home) throws MoverException, InterruptedException {
    String path = "/term/" + task.partition().name() + "?term=" + task.term();
    String _ = asked(home, () -> home.ask("POST", path, ""));
  }

  /// The server numbers its changes by itself, so there is nothing to be turned on.
  @Override
  public void prepare() throws MoverException, InterruptedException {
    if (checkpoints.state().none() && task.options().overwrite()) {
      String _ = asked(to, () -> to.ask("POST", "/drop/" + task.to().locator() + under(), ""));
    }
  }

  @Override
  public void copy() throws MoverException, InterruptedException {
    List<Change> page;
    do {
      page = round(PAGE);
      boolean _ = checkpoints.reached(new EngineState(STATE_VERSION, Long.toString(position)));
      long rate = task.options().itemsPerSecondMax();
      if (rate > 0) {
        Thread.sleep(1_000L * page.size() / rate);
      }
    } while (page.size() == PAGE);
  }

  /// Brings over what has changed.
  private List<Change> round(int max) throws MoverException, InterruptedException {
    List<Change> changes = asked(from, () -> from.changes(task.from().locator(), position, max));
    if (!changes.isEmpty()) {
      asked(
          to,
          () -> {
            to.apply(task.to().locator(), task.partition(), task.term(), changes);
            return true;
          });
      position = changes.getLast().number();
      done += changes.size();
      listener.progress("copy", done, -1, -1, "");
    }
    return changes;
  }

  @Override
  public Tail follow() throws MoverException, InterruptedException {
    long began = System.nanoTime();
    int applied = round(Integer.MAX_VALUE).size();
    long took = Math.max(1, System.nanoTime() - began);
    double perSecond = applied * 1e9 / took;
    return new Tail(0, applied, perSecond, Math.max(1_000, perSecond), took, took);
  }

  @Override
  public Verification verify() throws MoverException, InterruptedException {
    long mended = 0;
    for (int i = 0; i < MENDS_MAX; i++) {
      List<Change> _ = round(Integer.MAX_VALUE);
      Map<String, Change> source = asked(from, () -> from.all(task.from().locator()));
      Map<String, Change> target = asked(to, () -> to.all(task.to().locator()));
      List<Change> wrong = new ArrayList<>();
      source.values().stream().filter(each -> differs(each, target)).forEach(wrong::add);
      target.values().stream()
          .filter(each -> each.there() && !source.containsKey(each.key()))
          .forEach(each -> wrong.add(new Change(0, each.key(), "-")));
      List<Change> same =
          source.values().stream().filter(each -> each.number() <= position).toList();
      if (wrong.isEmpty()) {
        compared = target.values().stream().mapToLong(Change::number).max().orElse(0);
        long items = same.stream().filter(Change::there).count();
        return new Verification(items, -1, mended, MapHome.digest(same));
      }
      mended += wrong.size();
      asked(
          to,
          () -> {
            to.apply(task.to().locator(), task.partition(), task.term(), wrong);
            return true;
          });
    }
    throw new MoverException.Mismatch(
        "%s and %s keep differing in map '%s'".formatted(from, to, task.partition()));
  }

  /// What changed after the last round is on its way.
  private boolean differs(Change source, Map<String, Change> target) {
    Change there = target.get(source.key());
    String value = there == null ? "-" : there.value();
    return source.number() <= position && !source.value().equals(value);
  }

  /// A server of maps cannot tell who writes, so strays are looked for instead. Older drivers are
  /// refused from now on.
  @Override
  public boolean fenceSource() throws MoverException, InterruptedException {
    raise(from);
    return false;
  }

  @Override
  public void unfenceSource() {}

  @Override
  public Settlement settle() throws MoverException, InterruptedException {
    List<Change> tail = round(Integer.MAX_VALUE);
    Map<String, Change> arrived = asked(to, () -> to.changedSince(task.to().locator(), compared));
    if (tail.stream().anyMatch(each -> differs(each, arrived))) {
      return new Settlement.Unsettled("the last changes did not arrive at " + to);
    }
    List<Change> more = asked(from, () -> from.changes(task.from().locator(), position, 1));
    if (!more.isEmpty()) {
      return new Settlement.Unsettled("somebody writes to " + from + " around the gateways");
    }
    String _ =
        asked(
            from,
            () ->
                from.ask(
                    "POST",
                    "/mark/" + task.from().locator() + under() + "&number=" + position,
                    ""));
    return new Settlement.Settled("change " + position, -1, tail.size(), tail.size());
  }

  @Override
  public List<String> strays() throws MoverException, InterruptedException {
    return asked(from, () -> from.changes(task.from().locator(), position, STRAYS_MAX)).stream()
        .map(Change::key)
        .toList();
  }

  @Override
  public void close() {}
}
