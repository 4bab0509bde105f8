package dev.drover.redis.demo;

import dev.drover.engine.demo.DemoClients;
import dev.drover.engine.demo.DemoKit;
import dev.drover.engine.demo.SampleContent;
import dev.drover.engine.demo.Tally;
import dev.drover.engine.local.LocalHomes;
import dev.drover.redis.server.LocalRedis;
import java.util.ArrayList;
import java.util.List;

/// A scope in the demo.
public final class RedisDemoKit implements DemoKit {
  static final String SCOPE = "app:billing:";
  private static final int STRINGS = 32;

  @Override
  public LocalHomes homes() {
    return new LocalRedis();
  }

  @Override
  public String servers() {
    return "Redis servers";
  }

  @Override
  public String partition() {
    return SCOPE;
  }

  @Override
  public SampleContent content(int keys) {
    return new SampleKeys(keys);
  }

  /// Strings, counters, fields of a hash, and streams.
  @Override
  public List<Tally> tallies(int writer) {
    String base = SCOPE + "w:" + writer + ":";
    List<Tally> own = new ArrayList<>();
    for (int i = 0; i < STRINGS; i++) {
      own.add(new Tally(Tally.Kind.LAST, base + "s" + i, ""));
    }
    for (int i = 0; i < STRINGS / 8; i++) {
      own.add(new Tally(Tally.Kind.COUNT, base + "c" + i, ""));
      own.add(new Tally(Tally.Kind.LAST, base + "h", "f" + i));
    }
    own.add(new Tally(Tally.Kind.LOG, base + "x", ""));
    own.add(new Tally(Tally.Kind.LOG, base + "y", ""));
    return own;
  }

  @Override
  public DemoClients clients() {
    return new LettuceClients();
  }
}
