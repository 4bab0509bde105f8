package dev.drover.app.past;

import dev.drover.app.config.Config;
import dev.drover.core.HomeId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.gateway.GatewayMemory;
import dev.drover.redis.RedisEngine;
import dev.drover.redis.move.RedisHome;
import dev.drover.redis.wire.RespFailure;
import dev.drover.redis.wire.RespLost;
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
import java.util.Collection;
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
  private final Collection<RedisHome> homes;
  private final StateStore store;

  PastFiles(Config config, Collection<RedisHome> homes, StateStore store) {
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
    Map<PartitionId, HomeId> configured = new HashMap<>();
    config.scopes().forEach(scope -> configured.put(scope.prefix(), scope.home()));
    all.addAll(configured.keySet());
    List<PastWord> words = new ArrayList<>();
    for (RedisHome home : homes) {
      words.addAll(wordsOf(home, all));
    }
    words.addAll(gateways());
    words.removeIf(word -> corrupt.contains(word.scope()));
    corrupt.forEach(configured::remove);
    return new Past(identity, records, dropped, configured, words);
  }

  private static List<PastWord> wordsOf(RedisHome home, Set<PartitionId> known) throws IOException {
    HomeReader reader;
    try {
      reader = HomeReader.open(home);
    } catch (IOException e) {
      return silent(home, e);
    }
    try (reader) {
      String by = "home '" + home.id() + "'";
      List<PastWord> words = new ArrayList<>();
      Set<PartitionId> scopes = new TreeSet<>(known);
      for (Map.Entry<String, String> each : reader.served().entrySet()) {
        PartitionId scope = RedisEngine.scope(each.getKey());
        scopes.add(scope);
        words.add(new PastWord(by, scope, each.getValue(), -1, -1, Optional.empty()));
      }
      for (PartitionId scope : scopes) {
        long term = reader.term(scope);
        if (term >= 0) {
          words.add(new PastWord(by, scope, "", -1, term, Optional.empty()));
        }
      }
      return words;
    } catch (RespLost e) {
      return silent(home, e);
    } catch (RespFailure e) {
      if (e.passes()) {
        return silent(home, e);
      }
      throw new IOException(
          "%s refuses to tell what it has seen of the store (%s). Drover's user has to be able to read keys that begin with 'drover:' there, and nobody else may write them"
              .formatted(home, e.words()),
          e);
    } catch (IllegalArgumentException e) {
      throw new IOException(by(home) + " names a scope that there cannot be: " + e.getMessage(), e);
    }
  }

  private static List<PastWord> silent(RedisHome home, IOException e) {
    LOG.warn(
        "{} does not answer ({}), so it was not asked whether the store is older than what it has seen. Start the server again when it is there to have that looked at",
        home,
        e.getMessage());
    return List.of();
  }

  private static String by(RedisHome home) {
    return "home '" + home.id() + "': key 'drover:served'";
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
                            RedisEngine.scope(name),
                            seen.get().store(),
                            partition.epoch(),
                            partition.term(),
                            Optional.of(new HomeId(partition.home())))));
      }
    }
    return words;
  }
}
