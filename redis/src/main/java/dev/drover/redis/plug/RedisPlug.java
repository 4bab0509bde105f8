package dev.drover.redis.plug;

import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.mover.EngineModel;
import dev.drover.core.mover.EngineTraits;
import dev.drover.engine.EngineHomes;
import dev.drover.engine.FrontSettings;
import dev.drover.engine.HomeSettings;
import dev.drover.engine.Plug;
import dev.drover.engine.config.Secret;
import dev.drover.engine.config.Section;
import dev.drover.engine.demo.DemoKit;
import dev.drover.engine.torture.TortureKit;
import dev.drover.redis.RedisEngine;
import dev.drover.redis.demo.RedisDemoKit;
import dev.drover.redis.gateway.RedisGatewayOptions.Scripts;
import dev.drover.redis.move.RedisHome;
import dev.drover.redis.move.RedisTraits;
import dev.drover.redis.torture.RedisTortureKit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The engine `redis`: scopes of keys, on Redis or Valkey servers.
public final class RedisPlug implements Plug {
  private static final int PORT = 6379;
  private static final String OWN_PREFIX = "drover:";
  private static final Duration TIME_MAX_LEAST = Duration.ofMillis(100);

  private final EngineTraits traits = new RedisTraits();

  @Override
  public EngineTraits traits() {
    return traits;
  }

  @Override
  public String partitionsKey() {
    return "scopes";
  }

  @Override
  public Optional<String> restKey() {
    return Optional.of("defaultHome");
  }

  @Override
  public HomeSettings home(Section section) {
    String host = section.required("host", text -> text).orElse("");
    Optional<String> user = section.text("user");
    Optional<Secret> password = section.secret("password", true);
    if (user.isPresent() && password.isEmpty()) {
      section.fault(section.line("user"), "'" + section.named("user") + "' needs a password");
    }
    boolean tls = section.flag("tls");
    Optional<Path> caFile = section.readable("caFile");
    if (caFile.isPresent() && !tls) {
      section.fault(
          section.line("caFile"), "'" + section.named("caFile") + "' has no use without tls: true");
    }
    Optional<RedisHome.AclFence> fence = fence(section, user.orElse("default"));
    int port = section.number("port", PORT, 1, 65_535);
    return new RedisHomeSettings(host, port, user, password, tls, caFile, fence);
  }

  private static Optional<RedisHome.AclFence> fence(Section home, String ownUser) {
    if (!home.has("fence")) {
      return Optional.empty();
    }
    Section section = home.section("fence");
    List<String> users = section.texts("users");
    List<String> writable = section.texts("writablePrefixes");
    section.done();
    if (users.isEmpty()) {
      section.fault(section.line(), "'" + section.named("users") + "' names nobody to be fenced");
    }
    if (users.contains(ownUser)) {
      section.fault(
          section.line("users"),
          "user '"
              + ownUser
              + "' is fenced, but Drover itself logs in with it: give Drover a user of its own");
      return Optional.empty();
    }
    return Optional.of(new RedisHome.AclFence(users, writable));
  }

  @Override
  public Optional<Place> partition(Section section) {
    Optional<PartitionId> prefix = section.required("prefix", RedisEngine::scope);
    prefix
        .filter(id -> id.name().startsWith(OWN_PREFIX) || OWN_PREFIX.startsWith(id.name()))
        .ifPresent(
            id ->
                section.fault(
                    section.line("prefix"),
                    "scope '%s' would hold Drover's own keys, which begin with '%s': choose another prefix"
                        .formatted(id, OWN_PREFIX)));
    return prefix.map(id -> new Place(id, id.name()));
  }

  @Override
  public Optional<String> locator(PartitionId id) {
    return Optional.of(id.name());
  }

  @Override
  public FrontSettings front(Section section) {
    Optional<Secret> password = section.secret("password", true);
    Duration homeTimeout =
        section.duration(
            "homeTimeout",
            RedisFrontSettings.HOME_TIMEOUT,
            TIME_MAX_LEAST,
            "homes are slow for a moment");
    Duration scriptTimeout =
        section.duration(
            "scriptTimeout", Scripts.DEFAULT.timeMax(), TIME_MAX_LEAST, "scripts take their time");
    Scripts.Mode mode = section.value("scripts", RedisPlug::scripts).orElse(Scripts.DEFAULT.mode());
    return new RedisFrontSettings(
        password,
        homeTimeout,
        new Scripts(mode, scriptTimeout),
        section.texts("writeCommands").stream()
            .map(command -> command.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static Scripts.Mode scripts(String text) {
    return switch (text) {
      case "confined" -> Scripts.Mode.CONFINED;
      case "trusted" -> Scripts.Mode.TRUSTED;
      case "off" -> Scripts.Mode.OFF;
      default ->
          throw new IllegalArgumentException("is confined, trusted or off, but not '" + text + "'");
    };
  }

  @Override
  public Example example() {
    return new Example(text("homes.yaml"), text("scopes.yaml"), text("gateway.yaml"));
  }

  private static String text(String name) {
    try (InputStream in = RedisPlug.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar holds no " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public EngineHomes open(Map<HomeId, HomeSettings> homes, Map<String, String> environment) {
    return new RedisHomes(homes, environment);
  }

  /// A home fences terms by a key of its own, and can shut writers out by an ACL.
  @Override
  public EngineModel model() {
    return new EngineModel(
        engine(), true, traits.sourceFence(), EngineModel.FencesTarget.BY_TERM, false, false);
  }

  @Override
  public Optional<DemoKit> demoKit() {
    return Optional.of(new RedisDemoKit());
  }

  @Override
  public Optional<TortureKit> tortureKit() {
    return Optional.of(new RedisTortureKit());
  }
}
