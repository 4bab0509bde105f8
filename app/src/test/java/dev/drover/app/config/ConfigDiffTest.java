package dev.drover.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.control.Reconfiguring.Change;
import dev.drover.core.HomeId;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What of a changed configuration is applied, what waits for a restart, and what is said of it.
final class ConfigDiffTest {
  private static final Path FILE = Path.of("/etc/drover/drover.yaml");
  private static final String BEFORE =
      """
      server: {token: hush-1, listen: "127.0.0.1:7400"}
      homes:
        - {name: blue, host: 10.0.0.1, port: 1, password: hush-2}
        - {name: green, host: 10.0.0.2, port: 1}
      defaultHome: blue
      scopes:
        - {prefix: "app:", home: blue}
      gateways:
        - {name: g1, listen: "127.0.0.1:7379"}
        - {name: g2, listen: "127.0.0.1:7380"}
      """;

  private static ConfigDiff diff(String from, String to) throws ConfigException {
    assertThat(BEFORE).contains(from);
    return ConfigDiff.of(
        ConfigReader.parse(FILE, BEFORE), ConfigReader.parse(FILE, BEFORE.replace(from, to)));
  }

  private static List<String> changes(String from, String to) throws ConfigException {
    return diff(from, to).changes().stream()
        .map(
            change ->
                "%s %s %s %s"
                    .formatted(
                        change.effect(), change.kind(), change.what(), change.detail().orElse("")))
        .toList();
  }

  @Test
  void theSameFileChangesNothing() throws Exception {
    ConfigDiff same = diff("hush-1", "hush-1");
    assertThat(same.changes()).isEmpty();
    assertThat(same.next()).isEqualTo(ConfigReader.parse(FILE, BEFORE));
  }

  @Test
  void eachPartHasItsEffect() throws Exception {
    String green = "  - {name: green, host: 10.0.0.2, port: 1}\n";
    assertThat(changes(green, green + "  - {name: red, host: 10.0.0.3, port: 1}\n"))
        .containsExactly("NOW ADD home 'red' 10.0.0.3:1");
    assertThat(changes(green, "")).containsExactly("NOW REMOVE home 'green' 10.0.0.2:1");
    assertThat(changes("10.0.0.2", "10.0.0.9"))
        .containsExactly("NOW CHANGE home 'green' 10.0.0.2:1 -> 10.0.0.9:1");
    assertThat(changes("hush-2", "hush-3")).containsExactly("NOW CHANGE home 'blue' its settings");
    assertThat(changes("\"app:\", home: blue", "\"app:\", home: blue, fallback: green"))
        .containsExactly("NOW CHANGE scope 'app:': fallback none -> green");
    assertThat(changes("\"app:\", home: blue", "\"app:\", home: green"))
        .containsExactly("REFUSED CHANGE scope 'app:': home blue -> green");
    assertThat(changes("defaultHome: blue", "defaultHome: green"))
        .containsExactly("RESTART CHANGE defaultHome ");
    assertThat(changes("server: {token: hush-1", "leases: {long: 20s}\nserver: {token: hush-1"))
        .containsExactly("RESTART CHANGE leases ");
    assertThat(changes("7400\"", "7400\", limits: {movesPerHome: 9}"))
        .containsExactly("NOW CHANGE server.limits.movesPerHome 4 -> 9");
    assertThat(changes("7380\"", "7380\", clients: 5"))
        .containsExactly("NOW CHANGE gateway 'g2': clients 10000 -> 5");
    assertThat(changes("127.0.0.1:7380", "127.0.0.1:7381"))
        .containsExactly("RESTART CHANGE gateway 'g2': listen ");
    assertThat(changes("  - {name: g2, listen: \"127.0.0.1:7380\"}\n", ""))
        .containsExactly("NOW REMOVE gateway 'g2' 127.0.0.1:7380");
  }

  /// Each of them is compared by its name: whoever adds one has to compare it as well.
  @Test
  void aGatewayHasNoSettingThatIsNotCompared() {
    assertThat(Config.Gateway.class.getRecordComponents())
        .extracting(RecordComponent::getName)
        .containsExactly(
            "name", "listening", "mode", "data", "health", "capacity", "engine", "front");
  }

  @Test
  void whatNeedsARestartStaysAsItIs() throws Exception {
    ConfigDiff diff =
        diff("server: {token: hush-1", "leases: {long: 20s}\nserver: {name: other, token: other");
    Config before = ConfigReader.parse(FILE, BEFORE);
    assertThat(diff.next().server()).isEqualTo(before.server());
    assertThat(diff.next().times()).isEqualTo(before.times());
    // It is said each time.
    assertThat(ConfigDiff.of(diff.next(), before).changes()).isEmpty();
  }

  @Test
  void theDefaultHomeCannotGo() throws Exception {
    ConfigDiff diff =
        ConfigDiff.of(
            ConfigReader.parse(FILE, BEFORE),
            ConfigReader.parse(
                FILE,
                BEFORE
                    .replace("  - {name: blue, host: 10.0.0.1, port: 1, password: hush-2}\n", "")
                    .replace("blue", "green")));
    assertThat(diff.removed()).containsExactly(new HomeId("blue"));
    assertThat(diff.impossible()).singleElement().asString().contains("'blue' is the defaultHome");
  }

  @Test
  void noSecretIsShown() throws Exception {
    for (String secret : List.of("hush-1", "hush-2")) {
      for (Change change : diff(secret, "hush-9").changes()) {
        assertThat(change.toString()).doesNotContain("hush");
      }
    }
  }
}
