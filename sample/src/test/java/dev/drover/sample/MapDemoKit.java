package dev.drover.sample;

import dev.drover.core.PartitionId;
import dev.drover.engine.demo.DemoClient;
import dev.drover.engine.demo.DemoClients;
import dev.drover.engine.demo.DemoKit;
import dev.drover.engine.demo.SampleContent;
import dev.drover.engine.demo.Tally;
import dev.drover.engine.local.LocalHomes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// A map in the demo.
final class MapDemoKit implements DemoKit {
  private static final String MAP = "orders";
  private static final int TALLIES = 8;

  @Override
  public LocalHomes homes() {
    return new LocalMaps();
  }

  @Override
  public String servers() {
    return "servers of maps";
  }

  @Override
  public String partition() {
    return MAP;
  }

  private static String path(String key) {
    return "/map/" + MAP + "/" + key;
  }

  @Override
  public SampleContent content(int keys) {
    return new Entries(keys);
  }

  private record Entries(int count) implements SampleContent {
    private static String key(int number) {
      return "e" + number;
    }

    private static String value(int number) {
      return "value-" + number * 0x9E3779B1;
    }

    @Override
    public String told() {
      return count + " entries";
    }

    @Override
    public void fill(int port) throws IOException {
      List<MapHome.Change> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        byte[] value = value(i).getBytes(StandardCharsets.US_ASCII);
        all.add(new MapHome.Change(i, key(i), Base64.getEncoder().encodeToString(value)));
      }
      LocalMaps.at(port).apply(MAP, new PartitionId(MapTraits.ENGINE, MAP), 0, all);
    }

    @Override
    public Checked check(int port) throws IOException {
      List<String> wrong = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        if (!LocalMaps.at(port).find(path(key(i))).equals(value(i))) {
          wrong.add(key(i));
        }
      }
      return Checked.of(count, wrong);
    }
  }

  /// Entries that are overwritten, and entries that count.
  @Override
  public List<Tally> tallies(int writer) {
    List<Tally> own = new ArrayList<>();
    for (int i = 0; i < TALLIES; i++) {
      own.add(new Tally(Tally.Kind.LAST, "w" + writer + ".s" + i, ""));
      own.add(new Tally(Tally.Kind.COUNT, "w" + writer + ".c" + i, ""));
    }
    return own;
  }

  @Override
  public DemoClients clients() {
    return new Clients();
  }

  private record Clients() implements DemoClients {
    @Override
    public DemoClient connect(int port) {
      return new Client(LocalMaps.at(port));
    }

    @Override
    public void close() {}
  }

  private record Client(MapHome gateway) implements DemoClient {
    @Override
    public long write(Tally to, long number) throws IOException {
      if (to.kind() == Tally.Kind.COUNT) {
        return Long.parseLong(gateway.ask("POST", path(to.key()), ""));
      }
      String _ = gateway.ask("PUT", path(to.key()), Long.toString(number));
      return number;
    }

    @Override
    public long read(Tally from) throws IOException {
      String found = gateway.find(path(from.key()));
      return found.isEmpty() ? 0 : Long.parseLong(found);
    }

    @Override
    public long length(Tally log) {
      throw new UnsupportedOperationException("there are no logs here");
    }

    @Override
    public void close() {}
  }
}
