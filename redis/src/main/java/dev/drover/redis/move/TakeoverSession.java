package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Tail;
import dev.drover.core.mover.Verification;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.List;

/// The mover's part when a scope's fallback takes over from a home that is lost: the fallback is
/// fenced and opened for its users, and nothing is copied. What the lost home holds is seen to by
/// [BringOver] once it is there again.
final class TakeoverSession implements MoverSession {
  private final RedisHome from;
  private final RedisHome to;
  private final Scope scope;
  private final Fence fence;
  private final RedisMoverOptions options;

  TakeoverSession(MoverTask task, RedisHome from, RedisHome to, RedisMoverOptions options) {
    this.from = from;
    this.to = to;
    this.scope = new Scope(task.from().locator(), task.options().excluded());
    this.fence = new Fence(to, scope, task.term());
    this.options = options;
  }

  private interface AtFallback {
    void run(RespConnection connection) throws IOException, MoverException;
  }

  private void at(AtFallback what) throws MoverException {
    try (RespConnection connection = Homes.connect(to, options)) {
      what.run(connection);
    } catch (RespFailure e) {
      throw e.passes()
          ? new MoverException.Unreachable(to + ": " + e.words(), e)
          : Failures.refused(to, e.words(), e);
    } catch (IOException e) {
      throw new MoverException.Unreachable(to + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void raiseFence() throws MoverException {
    at(fence::raise);
  }

  @Override
  public void prepare() throws MoverException {
    at(connection -> new AclFencing(scope, fence).lift(connection));
  }

  @Override
  public void copy() {}

  @Override
  public Verification verify() {
    return new Verification(0, 0, 0, "");
  }

  /// Outside the hold: whoever answers again is not lost.
  @Override
  public Tail follow() throws MoverException {
    if (TakeoverLook.answers(from)) {
      throw new MoverException.Refused(
          from + " answers again, so the takeover is given up and all stays where it is", null);
    }
    return new Tail(0, 0, 0, 1, 0, 0);
  }

  @Override
  public boolean fenceSource() {
    return false;
  }

  @Override
  public void unfenceSource() {}

  @Override
  public Settlement settle() {
    return new Settlement.Settled("taken over", -1, 0, 0);
  }

  @Override
  public List<String> strays() {
    return List.of();
  }

  @Override
  public void close() {}
}
