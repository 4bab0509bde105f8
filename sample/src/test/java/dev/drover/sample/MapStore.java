package dev.drover.sample;

import dev.drover.sample.MapServer.Refused;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The maps of a server, and a log of all changes, synced with each of them. A line that a crash
/// has torn is the last one, and was not answered.
final class MapStore implements AutoCloseable {
  private static final String NONE = "-";

  private final FileChannel log;
  private final String run = UUID.randomUUID().toString();
  private final Map<String, Map<String, Entry>> maps = new HashMap<>();
  private final Map<String, Long> terms = new HashMap<>();
  private final Map<String, Long> marks = new HashMap<>();
  private final Map<String, String> served = new TreeMap<>();
  private long number;

  /// @param number grows with every change of any map
  /// @param value in base 64, or [#NONE] if it was deleted
  /// @param copied whether a driver has brought it
  private record Entry(long number, String value, boolean copied) {
    boolean there() {
      return !value.equals(NONE);
    }
  }

  private MapStore(FileChannel log) {
    this.log = log;
  }

  static MapStore open(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    String before = Files.exists(file) ? Files.readString(file) : "";
    String whole = before.substring(0, before.lastIndexOf('\n') + 1);
    FileChannel log = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    log.truncate(whole.getBytes(StandardCharsets.UTF_8).length);
    log.position(log.size());
    MapStore store = new MapStore(log);
    whole.lines().forEach(line -> store.replay(line.split(" ", -1)));
    return store;
  }

  private void replay(String... line) {
    switch (line[0]) {
      case "put" -> take(line[1], line[2], line[3], line[4].equals("copied"));
      case "drop" -> maps.remove(line[1]);
      case "term" -> terms.put(line[1], Long.parseLong(line[2]));
      case "mark" -> marks.put(line[1], Long.parseLong(line[2]));
      case "serves" -> serve(line[1], line[2]);
      default -> throw new IllegalStateException("the log holds '" + line[0] + "'");
    }
  }

  private void logged(List<String> lines) throws IOException {
    ByteBuffer text =
        ByteBuffer.wrap((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    while (text.hasRemaining()) {
      log.write(text);
    }
    log.force(false);
    lines.forEach(line -> replay(line.split(" ", -1)));
  }

  private void take(String map, String key, String value, boolean copied) {
    maps.computeIfAbsent(map, _ -> new HashMap<>()).put(key, new Entry(++number, value, copied));
  }

  private void serve(String partition, String store) {
    if (store.isEmpty()) {
      served.remove(partition);
    } else {
      served.put(partition, store);
    }
  }

  private static String encoded(byte @Nullable [] value) {
    return value == null ? NONE : Base64.getEncoder().encodeToString(value);
  }

  private static String put(String map, String key, String value, boolean copied) {
    return "put " + map + " " + key + " " + value + " " + (copied ? "copied" : "written");
  }

  private Map<String, Entry> map(String name) {
    return maps.getOrDefault(name, Map.of());
  }

  // --- entries

  synchronized Optional<byte[]> get(String map, String key) {
    Entry entry = map(map).get(key);
    return entry == null || !entry.there()
        ? Optional.empty()
        : Optional.of(Base64.getDecoder().decode(entry.value()));
  }

  synchronized void put(String map, String key, byte @Nullable [] value, boolean copied)
      throws IOException {
    logged(List.of(put(map, key, encoded(value), copied)));
  }

  synchronized byte[] add(String map, String key) throws IOException {
    long before =
        get(map, key)
            .map(value -> Long.parseLong(new String(value, StandardCharsets.UTF_8)))
            .orElse(0L);
    byte[] now = Long.toString(before + 1).getBytes(StandardCharsets.UTF_8);
    put(map, key, now, false);
    return now;
  }

  // --- for drivers

  private void check(String partition, long term) throws Refused {
    if (term < term(partition)) {
      throw new Refused(409, "term " + term(partition) + " was seen, and this is " + term);
    }
  }

  synchronized long term(String partition) {
    return terms.getOrDefault(partition, -1L);
  }

  synchronized String raise(String partition, long term) throws IOException, Refused {
    check(partition, term);
    logged(List.of("term " + partition + " " + term));
    return "";
  }

  synchronized String changes(String map, long after, int max) {
    return map(map).entrySet().stream()
        .filter(each -> each.getValue().number() > after)
        .sorted(Map.Entry.comparingByValue((a, b) -> Long.compare(a.number(), b.number())))
        .limit(max)
        .map(each -> each.getValue().number() + " " + each.getKey() + " " + each.getValue().value())
        .collect(Collectors.joining("\n"));
  }

  synchronized String apply(String map, String partition, long term, List<String> changes)
      throws IOException, Refused {
    check(partition, term);
    if (!changes.isEmpty()) {
      logged(
          changes.stream()
              .map(line -> line.split(" ", -1))
              .map(change -> put(map, change[0], change[1], true))
              .toList());
    }
    return "";
  }

  synchronized String mark(String map, String partition, long term, long at)
      throws IOException, Refused {
    check(partition, term);
    logged(List.of("mark " + map + " " + at));
    return "";
  }

  /// @return the keys of what stands aside now
  synchronized String retire(String map, String partition, long term, String aside, boolean copies)
      throws IOException, Refused {
    check(partition, term);
    long mark = marks.getOrDefault(map, Long.MAX_VALUE);
    for (Map.Entry<String, Entry> each : Map.copyOf(map(map)).entrySet()) {
      Entry entry = each.getValue();
      boolean worthless = copies ? entry.copied() : entry.number() <= mark;
      if (!worthless && entry.there()) {
        logged(List.of(put(aside, each.getKey(), entry.value(), true)));
      }
    }
    logged(List.of("drop " + map));
    return String.join("\n", map(aside).keySet());
  }

  synchronized String drop(String map, String partition, long term) throws IOException, Refused {
    check(partition, term);
    logged(List.of("drop " + map));
    return "";
  }

  // --- what this server is

  String run() {
    return run;
  }

  synchronized long size() {
    return maps.values().stream()
        .flatMap(map -> map.values().stream())
        .filter(Entry::there)
        .count();
  }

  synchronized Map<String, String> served() {
    return Map.copyOf(served);
  }

  synchronized String serves(String partition, String store) throws IOException {
    logged(List.of("serves " + partition + " " + store));
    return "";
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
