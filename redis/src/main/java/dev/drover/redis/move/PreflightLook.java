package dev.drover.redis.move;

import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Preflight;
import dev.drover.core.mover.Preflight.Finding;
import dev.drover.core.mover.Preflight.Severity;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A look at both homes that changes neither.
final class PreflightLook {
  private static final int SAMPLE_PAGES = 40;
  private static final int SAMPLE_SIZED_KEYS = 400;
  private static final long SKEW_MILLIS_MAX = 1_000;

  private final MoverTask task;
  private final RedisHome from;
  private final RedisHome to;
  private final RedisMoverOptions options;
  private final Scope scope;
  private final List<Finding> findings = new ArrayList<>();
  private long items = -1;
  private long bytes = -1;

  PreflightLook(MoverTask task, RedisHome from, RedisHome to, RedisMoverOptions options) {
    this.task = task;
    this.from = from;
    this.to = to;
    this.options = options;
    this.scope = new Scope(task.from().locator(), task.options().excluded());
  }

  Preflight look() throws IOException {
    try (RespConnection source = Homes.connect(from, options);
        RespConnection target = Homes.connect(to, options)) {
      ServerFacts here = ServerFacts.read(source);
      ServerFacts there = ServerFacts.read(target);
      ok("reachable", from + " runs " + here.version() + ", " + to + " runs " + there.version());
      servers(here, there);
      versions(here.version(), there.version());
      if (findings.stream().anyMatch(f -> f.severity() == Severity.REFUSAL)) {
        return new Preflight(findings, -1, -1);
      }
      guarded("modules", () -> modules(source, target));
      functions(source, target);
      guarded("size", () -> sample(source));
      room(there.memory());
      evicting(here.memory(), there.memory());
      guarded("value-size", () -> valueSize(source, target));
      guarded("target-empty", this::targetEmpty);
      guarded("clocks", () -> clocks(source, target));
      guarded("capture-buffer", () -> outputBuffer(source));
      fence(here);
    }
    return new Preflight(findings, items, bytes);
  }

  private interface Check {
    void run() throws IOException;
  }

  /// A check that a server does not permit is a warning: what needs the permission says so itself.
  private void guarded(String name, Check check) throws IOException {
    try {
      check.run();
    } catch (RespFailure e) {
      warn(name, e.endpoint() + " does not say: " + e.words());
    }
  }

  private void servers(ServerFacts here, ServerFacts there) {
    if (!task.from().locator().equals(task.to().locator())) {
      refuse(
          "locator", "a scope keeps its prefix when it moves: " + task.from() + ", " + task.to());
    }
    if (here.runId().equals(there.runId())) {
      refuse("two-servers", from + " and " + to + " are the same server");
    }
    server(from, here);
    server(to, there);
  }

  private void server(RedisHome home, ServerFacts facts) {
    if (facts.cluster()) {
      refuse("standalone", home + " runs in cluster mode: name a standalone server");
    }
    if (!facts.role().equals("master")) {
      refuse("primary", home + " is a replica: name its primary as the home");
    }
    if (facts.loading()) {
      refuse("loading", home + " is still loading its data: wait until it has");
    }
    if (!facts.atLeast(6, 2)) {
      refuse("version", home + " runs Redis " + facts.version() + "; Drover needs 6.2 or later");
    }
  }

  private void versions(ServerFacts.Version here, ServerFacts.Version there) {
    boolean older = !there.atLeast(here.major(), here.minor());
    boolean olderValkey = here.valkeyMajor() >= 9 && there.valkeyMajor() < here.valkeyMajor();
    if (older || olderValkey) {
      refuse(
          "version",
          to
              + " runs "
              + there
              + ", older than "
              + here
              + " at "
              + from
              + ": it cannot load what that one dumps. Upgrade the target first");
    } else {
      ok("version", to + " can load what " + from + " dumps");
    }
  }

  private void modules(RespConnection source, RespConnection target) throws IOException {
    Map<String, Long> there = modules(target);
    boolean missing = false;
    for (Map.Entry<String, Long> one : modules(source).entrySet()) {
      Long version = there.get(one.getKey());
      if (version == null || version < one.getValue()) {
        missing = true;
        refuse(
            "modules",
            to
                + " lacks module "
                + one.getKey()
                + " "
                + one.getValue()
                + " of "
                + from
                + ": load it there first");
      }
    }
    if (!missing) {
      ok("modules", to + " has every module of " + from);
    }
  }

  private static Map<String, Long> modules(RespConnection connection) throws IOException {
    Map<String, Long> modules = new HashMap<>();
    for (Reply one : connection.call("MODULE", "LIST").items()) {
      List<Reply> pairs = one.items();
      modules.put(pairs.get(1).text(), pairs.get(3).number());
    }
    return modules;
  }

  /// Estimates the scope from the first keys of the table, which are as good as random ones.
  private void sample(RespConnection source) throws IOException {
    long all = source.call("DBSIZE").number();
    String cursor = "0";
    long seen = 0;
    List<byte[]> found = new ArrayList<>();
    long matched = 0;
    int pages = 0;
    do {
      List<Reply> page = source.call("SCAN", cursor, "COUNT", "500").items();
      cursor = page.get(0).text();
      for (Reply one : page.get(1).items()) {
        seen++;
        if (scope.holds(one.bytes())) {
          matched++;
          if (found.size() < SAMPLE_SIZED_KEYS) {
            found.add(one.bytes());
          }
        }
      }
    } while (!cursor.equals("0") && ++pages < SAMPLE_PAGES);
    boolean whole = cursor.equals("0");
    items = whole ? matched : all * matched / Math.max(1, seen);
    long sized = 0;
    for (KeyReader.Sized one : KeyReader.Sized.read(source, found)) {
      sized += one.bytes();
    }
    bytes = found.isEmpty() ? 0 : sized / found.size() * items;
    ok("size", (whole ? "" : "about ") + items + " keys, about " + bytes + " bytes of memory");
  }

  private void room(ServerFacts.Memory there) {
    if (there.max() == 0) {
      ok("room", to + " has no maxmemory");
      return;
    }
    long free = there.max() - there.used();
    if (bytes > free) {
      refuse(
          "room",
          to
              + " has "
              + Math.max(0, free)
              + " bytes left below its maxmemory, the scope needs about "
              + bytes
              + ": raise maxmemory or free room");
    } else {
      ok("room", to + " has " + free + " bytes left, the scope needs about " + bytes);
    }
  }

  private void functions(RespConnection source, RespConnection target) throws IOException {
    Optional<String> problem = new Libraries(from, to).problem(source, target);
    problem.ifPresentOrElse(
        words -> refuse("functions", words),
        () -> ok("functions", to + " has every function library of " + from));
  }

  /// What eviction means for a move, and for the keys after it.
  private void evicting(ServerFacts.Memory here, ServerFacts.Memory there) {
    String policy = there.policy();
    if (there.max() > 0 && !policy.equals("noeviction")) {
      warn(
          "eviction",
          to
              + " evicts (maxmemory-policy "
              + policy
              + ", maxmemory "
              + there.max()
              + "): if it evicts a key during the move, the move ends");
    }
    if (policy.endsWith("lru") || policy.endsWith("lfu")) {
      warn(
          "idle-times",
          "idle times and access counts are not carried over: "
              + to
              + " ("
              + policy
              + ") begins with all keys of the scope as if just used");
    }
    if (here.max() > 0 && here.policy().startsWith("allkeys")) {
      warn(
          "source-eviction",
          from
              + " evicts ("
              + here.policy()
              + "): if it evicts Drover's mark, the move ends as if the source had lost data");
    }
  }

  /// A string that the target does not take is named now; what hides inside a collection is named
  /// when it is copied.
  private void valueSize(RespConnection source, RespConnection target) throws IOException {
    long there = TargetLimits.bulkMax(target);
    if (there >= TargetLimits.bulkMax(source)) {
      ok("value-size", to + " takes values as long as " + from + " does");
      return;
    }
    try (Scan scan = Scan.begin(Homes.connect(from, options), scope)) {
      while (!scan.done()) {
        List<byte[]> page = scan.next();
        for (KeyReader.Sized one : KeyReader.Sized.read(source, page)) {
          if (one.type().equals("string")
              && one.bytes() > there
              && source.call("STRLEN", one.key()).number() > there) {
            refuse(
                "value-size",
                "key "
                    + Scope.shown(one.key())
                    + " is longer than "
                    + to
                    + " takes (proto-max-bulk-len "
                    + there
                    + "): raise it there first");
            return;
          }
        }
      }
    }
    warn(
        "value-size",
        to
            + " takes no value over "
            + there
            + " bytes (proto-max-bulk-len), and "
            + from
            + " does: a longer element in a collection would end the move");
  }

  private void targetEmpty() throws IOException {
    try (Scan scan = Scan.begin(Homes.connect(to, options), scope)) {
      while (!scan.done()) {
        List<byte[]> page = scan.next();
        if (page.isEmpty()) {
          continue;
        }
        String message =
            to
                + " holds keys under "
                + scope.name()
                + " already, such as "
                + Scope.shown(page.getFirst());
        if (task.options().overwrite()) {
          warn("target-empty", message + "; they will be replaced or removed");
        } else {
          refuse("target-empty", message + ": remove them, or allow overwriting");
        }
        return;
      }
    }
    ok("target-empty", to + " holds no key under " + scope.name());
  }

  private void clocks(RespConnection source, RespConnection target) throws IOException {
    long skew = Math.abs(clock(source) - clock(target));
    if (skew > SKEW_MILLIS_MAX) {
      warn(
          "clocks",
          "the clocks of both homes differ by "
              + skew
              + " ms: keys with an expiry live that much longer or shorter after the move");
    } else {
      ok("clocks", "the clocks of both homes agree");
    }
  }

  private static long clock(RespConnection connection) throws IOException {
    List<Reply> time = connection.call("TIME").items();
    return time.get(0).number() * 1000 + time.get(1).number() / 1000;
  }

  private void outputBuffer(RespConnection source) throws IOException {
    List<Reply> reply = source.call("CONFIG", "GET", "client-output-buffer-limit").items();
    String limits = reply.size() > 1 ? reply.get(1).text() : "";
    if (limits.startsWith("normal 0 ")) {
      ok(
          "capture-buffer",
          from
              + " buffers reports of changes without limit while Drover is stopped; consider"
              + " client-output-buffer-limit normal");
    } else {
      ok("capture-buffer", from + " limits what it buffers for a client: " + limits);
    }
  }

  private void fence(ServerFacts here) {
    if (from.aclFence().isEmpty()) {
      ok("source-fence", from + " is not configured for a fence: stray writers are watched for");
    } else if (!here.atLeast(7, 0)) {
      warn("source-fence", from + " is older than Redis 7.0 and cannot be fenced by ACL");
    } else {
      ok("source-fence", from + " will be fenced by ACL");
    }
  }

  private void ok(String check, String message) {
    findings.add(new Finding(Severity.OK, check, message));
  }

  private void warn(String check, String message) {
    findings.add(new Finding(Severity.WARNING, check, message));
  }

  private void refuse(String check, String message) {
    findings.add(new Finding(Severity.REFUSAL, check, message));
  }
}
