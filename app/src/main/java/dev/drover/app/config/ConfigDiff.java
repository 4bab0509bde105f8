package dev.drover.app.config;

import dev.drover.control.Reconfiguring.Change;
import dev.drover.control.Reconfiguring.Change.Effect;
import dev.drover.control.Reconfiguring.Change.Kind;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.engine.Plugs;
import dev.drover.engine.config.Units;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// How a configuration that a file says differs from the one that is in force, and what of it can
/// be applied while processes run. Which partitions are new or gone is not said here: the store
/// knows.
public final class ConfigDiff {
  private static final String EVERYBODY = "all servers and gateways, stopped and started together";

  private final Config before;
  private final Config said;
  private final List<Change> changes = new ArrayList<>();

  private ConfigDiff(Config before, Config said) {
    this.before = before;
    this.said = said;
  }

  public static ConfigDiff of(Config before, Config said) {
    ConfigDiff diff = new ConfigDiff(before, said);
    diff.store();
    diff.server();
    diff.times();
    diff.homes();
    diff.partitions();
    diff.gateways();
    return diff;
  }

  /// Every difference, in the order of the file.
  public List<Change> changes() {
    return List.copyOf(changes);
  }

  /// What is in force once it is applied: what needs a restart is as before.
  public Config next() {
    Config.Server.Limits limits = before.server().limits();
    Config.Server.Limits wanted = said.server().limits();
    return new Config(
        before.file(),
        before
            .server()
            .with(
                new Config.Server.Limits(
                    wanted.movesPerHome(), limits.storeLogBytes(), wanted.abortTimeout())),
        before.store(),
        said.homes().stream().filter(home -> before.engines().contains(home.engine())).toList(),
        said.partitions().stream()
            .filter(each -> before.engines().contains(each.id().engine()))
            .toList(),
        before.rest(),
        said.gateways().stream().map(this::next).toList(),
        new Config.Times(
            before.times().leases(), said.times().moves(), before.times().homeGoneAfter()));
  }

  /// What of it would leave something without a home, a line each; nothing of it is applied then.
  public List<String> impossible() {
    Config next = next();
    Set<HomeId> homes = next.homes().stream().map(Config.Home::name).collect(Collectors.toSet());
    List<String> all = new ArrayList<>();
    next.rest()
        .forEach(
            (engine, home) -> {
              if (!homes.contains(home)) {
                all.add(
                    "home '%s' is the %s, and that changes only with a restart of %s: name it again until then"
                        .formatted(home, Plugs.of(engine).restKey().orElse("rest"), EVERYBODY));
              }
            });
    return all;
  }

  private Config.Gateway next(Config.Gateway wanted) {
    return before
        .gateway(wanted.name().value())
        .map(
            now ->
                now.with(
                    new Config.Gateway.Capacity(
                        now.capacity().loops(),
                        wanted.capacity().clients(),
                        wanted.capacity().hold())))
        .orElse(wanted);
  }

  private void store() {
    differs("store", before.store(), said.store(), EVERYBODY);
  }

  private void server() {
    Config.Server was = before.server();
    Config.Server is = said.server();
    String who = "the server";
    differs("server.name", was.name(), is.name(), who);
    differs("server.listen", was.listen(), is.listen(), who);
    differs("server.store", was.store(), is.store(), EVERYBODY);
    differs("server.data", was.data(), is.data(), who);
    differs("server.hosts", was.hosts(), is.hosts(), who);
    differs("server.token", was.token(), is.token(), who);
    differs("server.gatewayToken", was.gatewayToken(), is.gatewayToken(), who);
    differs("server.tls", was.tls(), is.tls(), who);
    differs(
        "server.limits.storeLog", was.limits().storeLogBytes(), is.limits().storeLogBytes(), who);
    becomes("server.limits.movesPerHome", was.limits().movesPerHome(), is.limits().movesPerHome());
    becomes(
        "server.limits.abortTimeout",
        Units.text(was.limits().abortTimeout()),
        Units.text(is.limits().abortTimeout()));
  }

  private void times() {
    differs("leases", before.times().leases(), said.times().leases(), EVERYBODY);
    differs(
        "fallback.after", before.times().homeGoneAfter(), said.times().homeGoneAfter(), EVERYBODY);
    before
        .engines()
        .forEach(
            engine ->
                differs(
                    Plugs.of(engine).restKey().orElse("rest of " + engine),
                    Optional.ofNullable(before.rest().get(engine)),
                    Optional.ofNullable(said.rest().get(engine)),
                    EVERYBODY));
    if (!before.times().moves().equals(said.times().moves())) {
      add(
          Kind.CHANGE,
          "moves",
          "",
          Effect.NOW,
          "'drover move' reads it from the file that it is given");
    }
  }

  private void homes() {
    Map<HomeId, Config.Home> was = byName(before.homes(), Config.Home::name);
    Map<HomeId, Config.Home> is = byName(said.homes(), Config.Home::name);
    is.forEach(
        (name, home) -> {
          Config.Home old = was.get(name);
          String what = "home '" + name + "'";
          if (!before.engines().contains(home.engine())) {
            add(Kind.ADD, what, home.address(), Effect.RESTART, EVERYBODY + ": its engine is new");
          } else if (old == null) {
            add(Kind.ADD, what, home.address(), Effect.NOW, "");
          } else if (!old.settings().addresses().equals(home.settings().addresses())) {
            add(Kind.CHANGE, what, fromTo(old.address(), home.address()), Effect.NOW, "");
          } else if (!old.equals(home)) {
            add(
                Kind.CHANGE,
                what,
                "its settings",
                Effect.NOW,
                "connections to it are made anew, and those that are open end when nothing waits on them");
          }
        });
    was.forEach(
        (name, home) -> {
          if (!is.containsKey(name)) {
            add(Kind.REMOVE, "home '" + name + "'", home.address(), Effect.NOW, "");
          }
        });
  }

  private void partitions() {
    Map<PartitionId, Config.Partition> was = byName(before.partitions(), Config.Partition::id);
    for (Config.Partition is : said.partitions()) {
      Config.Partition old = was.get(is.id());
      if (old == null) {
        continue;
      }
      String what = noun(is.id()) + " '" + is.id().name() + "'";
      if (!old.fallback().equals(is.fallback())) {
        add(
            Kind.CHANGE,
            what + ": fallback",
            fromTo(home(old.fallback()), home(is.fallback())),
            Effect.NOW,
            "");
      }
      if (!old.home().equals(is.home()) || !old.locator().equals(is.locator())) {
        add(
            Kind.CHANGE,
            what + ": home",
            fromTo(old.home(), is.home()),
            Effect.REFUSED,
            "it stays where it is: only 'drover move %s --to %s' changes that"
                .formatted(is.id().name(), is.home()));
      }
    }
  }

  private void gateways() {
    for (Config.Gateway is : said.gateways()) {
      String name = is.name().value();
      String what = "gateway '" + name + "'";
      Optional<Config.Gateway> known = before.gateway(name);
      if (known.isEmpty()) {
        add(Kind.ADD, what, is.listen().toString(), Effect.NOW, "start it: drover gateway " + name);
        continue;
      }
      Config.Gateway old = known.get();
      becomes(what + ": clients", old.capacity().clients(), is.capacity().clients());
      becomes(what + ": hold", old.capacity().hold(), is.capacity().hold());
      // Whoever compares here does not see whether the gateway has been started with it since.
      String who = what + ", if it has not had one since";
      differs(what + ": listen", old.listen(), is.listen(), who);
      differs(what + ": tls", old.listening().tls(), is.listening().tls(), who);
      differs(what + ": mode", old.mode(), is.mode(), who);
      differs(what + ": data", old.data(), is.data(), who);
      differs(what + ": health", old.health(), is.health(), who);
      differs(what + ": loops", old.capacity().loops(), is.capacity().loops(), who);
      differs(what + ": engine", old.engine(), is.engine(), who);
      differs(what + ": settings of the engine", old.front(), is.front(), who);
    }
    for (Config.Gateway old : before.gateways()) {
      if (said.gateway(old.name().value()).isEmpty()) {
        add(
            Kind.REMOVE,
            "gateway '" + old.name() + "'",
            old.listen().toString(),
            Effect.NOW,
            "stop it if it runs: it serves, and moves wait for it, until then");
      }
    }
  }

  /// Homes that are in both configurations at other addresses.
  public Set<HomeId> moved() {
    Map<HomeId, Config.Home> was = byName(before.homes(), Config.Home::name);
    return next().homes().stream()
        .filter(
            home -> {
              Config.Home old = was.get(home.name());
              return old != null && !old.settings().addresses().equals(home.settings().addresses());
            })
        .map(Config.Home::name)
        .collect(Collectors.toSet());
  }

  public Set<HomeId> added() {
    return without(next().homes(), before.homes());
  }

  public Set<HomeId> removed() {
    return without(before.homes(), next().homes());
  }

  /// Homes of the one that are not, or not just so, in the other.
  public Set<HomeId> otherThanBefore() {
    Set<HomeId> all = new HashSet<>(removed());
    next().homes().stream()
        .filter(home -> !before.homes().contains(home))
        .forEach(home -> all.add(home.name()));
    return all;
  }

  private static Set<HomeId> without(List<Config.Home> all, List<Config.Home> these) {
    Set<HomeId> names = all.stream().map(Config.Home::name).collect(Collectors.toSet());
    these.forEach(home -> names.remove(home.name()));
    return names;
  }

  private static <K, V> Map<K, V> byName(List<V> all, Function<V, K> name) {
    Map<K, V> found = new LinkedHashMap<>();
    all.forEach(each -> found.put(name.apply(each), each));
    return found;
  }

  private static String noun(PartitionId id) {
    return Plugs.of(id.engine()).traits().nouns().partition();
  }

  private static String home(Optional<HomeId> home) {
    return home.map(HomeId::value).orElse("none");
  }

  private static String fromTo(Object was, Object is) {
    return was + " -> " + is;
  }

  private void differs(String what, Object was, Object is, String who) {
    if (!was.equals(is)) {
      add(Kind.CHANGE, what, "", Effect.RESTART, who);
    }
  }

  private void becomes(String what, Object was, Object is) {
    if (!was.equals(is)) {
      add(Kind.CHANGE, what, fromTo(was, is), Effect.NOW, "");
    }
  }

  private void add(Kind kind, String what, String detail, Effect effect, String note) {
    changes.add(
        new Change(
            kind,
            what,
            Optional.of(detail).filter(words -> !words.isEmpty()),
            effect,
            Optional.of(note).filter(words -> !words.isEmpty())));
  }
}
