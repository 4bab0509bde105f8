package dev.drover.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// On what, and of which versions, something was measured.
record Machine(
    String cpu, int cores, long memoryGigabytes, String jdk, String redis, String commit) {

  static Machine look(Path home) {
    long bytes =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
            .getTotalMemorySize();
    return new Machine(
        cpuName(),
        Runtime.getRuntime().availableProcessors(),
        Math.round(bytes / 1e9),
        Runtime.version().toString(),
        redisVersion(),
        commit(home));
  }

  private static String cpuName() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  private static String redisVersion() {
    String said = Programs.said(List.of("redis-server", "--version"));
    int at = said.indexOf("v=");
    return at < 0 ? "none" : said.substring(at + 2).split(" ", 2)[0];
  }

  private static String commit(Path home) {
    String git = home.toString();
    String commit = Programs.said(List.of("git", "-C", git, "rev-parse", "--short", "HEAD"));
    String changed =
        Programs.said(
            List.of("git", "-C", git, "status", "--porcelain", "-uno", "--", ":!bench/RESULTS.md"));
    return commit.isBlank() ? "unknown" : commit.strip() + (changed.isBlank() ? "" : " and more");
  }

  String line() {
    return "%s, %d cores, %d GB · JDK %s · Redis %s · Drover %s"
        .formatted(cpu, cores, memoryGigabytes, jdk, redis, commit);
  }

  /// How busy the machine is right now, and whether this process goes before others there.
  static String busyness() {
    try {
      String load = Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0];
      String stat = Files.readString(Path.of("/proc/self/stat"));
      int nice = Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", 18)[16]);
      return "Load average when it began: "
          + load
          + (nice == 0 ? "" : ", run at nice " + nice)
          + ".";
    } catch (IOException e) {
      return "";
    }
  }

  Map<String, Object> json() {
    Map<String, Object> all = new TreeMap<>();
    all.put("cpu", cpu);
    all.put("cores", cores);
    all.put("memoryGigabytes", memoryGigabytes);
    all.put("jdk", jdk);
    all.put("redis", redis);
    all.put("commit", commit);
    return all;
  }
}
