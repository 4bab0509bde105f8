package dev.drover.app.past;

import dev.drover.app.OpenHomes;
import dev.drover.app.config.Config;
import dev.drover.core.HomeId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.engine.HomeMemory;
import dev.drover.gateway.GatewayMemory;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.DroppedRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.records.SeenRecord;
import dev.drover.store.records.StoreIdentity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads what a store knows, and asks the homes, and the gateways whose data directories are on
/// this machine, what they have seen.
final class PastFiles {
  private static final Logger LOG = LoggerFactory.getLogger(PastFiles.class);

  private final Config config;
  private final OpenHomes homes;
  private final StateStore store;

  PastFiles(Config config, OpenHomes homes, StateStore store) {
    this.config = config;
    this.homes = homes;
    this.store = store;
  }

  /// @throws StoreException.Corrupt also if a gateway's file does not check
  /// @throws IOException if what stands at a home is not Drover's
  Past read() throws StoreException, IOException {
    Optional<Entry> named = store.get(Keys.STORE);
    Optional<StoreIdentity> identity =
        named.isEmpty()
            ? Optional.empty()
            : Optional.of(Records.decode(Keys.STORE, named.get().value(), StoreIdentity.class));
    Map<PartitionId, Partition> records = new TreeMap<>();
    Set<PartitionId> all = new TreeSet<>();
    for (Entry entry : store.list(Keys.PARTITIONS).entries()) {
      PartitionId id = Keys.partitionOf(entry.key());
      all.add(id);
      try {
        records.put(id, Records.decode(entry.key(), entry.value(), Partition.class));
      } catch (StoreException.Corrupt e) {
        LOG.error("{}", e.getMessage());
      }
    }
    // Nothing is decided on a record that does not check.
    Set<PartitionId> corrupt = new HashSet<>(all);
    corrupt.removeAll(records.keySet());
    Map<PartitionId, DroppedRecord> dropped = new HashMap<>();
    for (Entry entry : store.list(Keys.DROPPED).entries()) {
      DroppedRecord last = Records.decode(entry.key(), entry.value(), DroppedRecord.class);
      dropped.put(last.partition(), last);
    }
    Map<PartitionId, Placement> configured = new HashMap<>();
    config
        .partitions()
        .forEach(each -> configured.put(each.id(), new Placement(each.home(), each.locator())));
    all.addAll(configured.keySet());
    List<PastWord> words = new ArrayList<>();
    for (Config.Home home : homes.configured()) {
      words.addAll(wordsOf(home, all));
    }
    words.addAll(gateways());
    words.removeIf(word -> corrupt.contains(word.partition()));
    corrupt.forEach(configured::remove);
    return new Past(identity, records, dropped, configured, words);
  }

  private List<PastWord> wordsOf(Config.Home home, Set<PartitionId> known) throws IOException {
    try (HomeMemory memory = homes.memory(home.name())) {
      String by = "home '" + home.name() + "'";
      List<PastWord> words = new ArrayList<>();
      Set<PartitionId> partitions = new TreeSet<>(known);
      partitions.removeIf(id -> !id.engine().equals(home.engine()));
      for (Map.Entry<PartitionId, String> each : memory.served().entrySet()) {
        partitions.add(each.getKey());
        words.add(new PastWord(by, each.getKey(), each.getValue(), -1, -1, Optional.empty()));
      }
      for (PartitionId partition : partitions) {
        long term = memory.term(partition);
        if (term >= 0) {
          words.add(new PastWord(by, partition, "", -1, term, Optional.empty()));
        }
      }
      return words;
    } catch (HomeMemory.Silent e) {
      LOG.warn(
          "home {} ({}) does not answer ({}), so it was not asked whether the store is older than what it has seen. Start the server again when it is there to have that looked at",
          home.name(),
          home.address(),
          e.getMessage());
      return List.of();
    }
  }

  private List<PastWord> gateways() throws StoreException, IOException {
    List<PastWord> words = new ArrayList<>();
    for (Config.Gateway gateway : config.gateways()) {
      Optional<SeenRecord> seen = GatewayMemory.read(gateway.data());
      if (seen.isPresent()) {
        seen.get()
            .partitions()
            .forEach(
                (name, partition) ->
                    words.add(
                        new PastWord(
                            "gateway " + gateway.name(),
                            new PartitionId(gateway.engine(), name),
                            seen.get().store(),
                            partition.epoch(),
                            partition.term(),
                            Optional.of(new HomeId(partition.home())))));
      }
    }
    return words;
  }
}
