package dev.drover.store.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.Certificate;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.Transition;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/// Records as versions of Drover have written them, one file for each form: `formats/1` is what was
/// written before formats had a number. A file that was once released is never changed.
class FormatsTest {
  private static final Map<String, Class<?>> TYPES =
      Map.ofEntries(
          Map.entry("partition", Partition.class),
          Map.entry("certificate", Certificate.class),
          Map.entry("configuration", ConfigurationRecord.class),
          Map.entry("receipt", GivenReceipt.class),
          Map.entry("gateway", GatewayRecord.class),
          Map.entry("driver", DriverRecord.class),
          Map.entry("format", FormatRecord.class),
          Map.entry("dropped", DroppedRecord.class),
          Map.entry("forgotten", ForgottenRecord.class),
          Map.entry("homes", HomesRecord.class),
          Map.entry("kept", KeptRecord.class),
          Map.entry("requests", RequestsRecord.class),
          Map.entry("seen", SeenRecord.class),
          Map.entry("signer", SignerRecord.class),
          Map.entry("identity", StoreIdentity.class),
          Map.entry("takeover", TakeoverRecord.class),
          Map.entry("witness", WitnessRecord.class));

  static Stream<Path> files() throws IOException, URISyntaxException {
    Path all = Path.of(Objects.requireNonNull(FormatsTest.class.getResource("/formats")).toURI());
    try (Stream<Path> found = Files.walk(all)) {
      return found.filter(Files::isRegularFile).sorted().toList().stream();
    }
  }

  private static Class<?> type(Path file) {
    String name = file.getFileName().toString().replaceAll("[-.].*", "");
    return Objects.requireNonNull(TYPES.get(name), name);
  }

  @ParameterizedTest
  @MethodSource("files")
  void whatWasWrittenOnceIsReadAndWrittenBackAsItWas(Path file) throws Exception {
    byte[] written = Files.readAllBytes(file);
    Object record = Records.decode(file.toString(), written, type(file));
    assertThat(new String(Records.encode(record), StandardCharsets.UTF_8))
        .isEqualTo(new String(written, StandardCharsets.UTF_8));
  }

  @Test
  void everyKindOfRecordHasAFile() throws Exception {
    assertThat(files().map(FormatsTest::type).distinct()).containsAll(TYPES.values());
  }

  private static byte[] golden(String name) {
    try (var in = FormatsTest.class.getResourceAsStream("/formats/" + name)) {
      return Objects.requireNonNull(in).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The record with what a newer version might add, wherever one may add something.
  private static byte[] newer(String name, List<String> at) {
    ObjectNode record = (ObjectNode) Records.json().readTree(golden(name)).get("record");
    for (String path : at) {
      ObjectNode into = (ObjectNode) record.at(path);
      into.putObject("brandNew")
          .put("of", path)
          .put("number", 12345678901234567L)
          .putArray("list")
          .add(1.5)
          .add(true);
    }
    return Records.encode(record);
  }

  @Test
  void whatANewerVersionHasAddedIsKeptThroughTransitions() throws Exception {
    byte[] written =
        newer(
            "1/partition-cutover.json",
            List.of("", "/ownership/move", "/ownership/move/owedOnAbort/0"));
    Partition partition = Records.decode("k", written, Partition.class);
    Partition reopened =
        ((Transition.Granted) Transition.reopen(partition, partition.changedAt())).next();
    Partition aborted =
        ((Transition.Granted) Transition.abort(reopened, partition.changedAt())).next();
    assertThat(text(reopened)).contains("{\"of\":\"\",", "{\"of\":\"/ownership/move\",");
    assertThat(text(aborted))
        .contains("{\"of\":\"\",", "/owedOnAbort/0")
        .contains("\"number\":12345678901234567,\"list\":[1.5,true]")
        .doesNotContain("\"of\":\"/ownership/move\",");
    assertThat(Records.decode("k", Records.encode(aborted), Partition.class)).isEqualTo(aborted);
  }

  @Test
  void whatANewerVersionHasAddedToAProofIsKept() throws Exception {
    byte[] written = newer("1/partition-opening.json", List.of("/ownership/proof"));
    Partition partition = Records.decode("k", written, Partition.class);
    assertThat(partition.ownership()).isInstanceOf(Ownership.Opening.class);
    assertThat(text(partition)).contains("{\"of\":\"/ownership/proof\",");
  }

  @Test
  void recordsThatAreWrittenOverKeepWhatANewerVersionHasAdded() throws Exception {
    byte[] written = newer("1/kept.json", List.of(""));
    KeptRecord kept = Records.decode("k", written, KeptRecord.class);
    byte[] accepted = Records.encodeOver(written, kept.accept());
    assertThat(new String(accepted, StandardCharsets.UTF_8)).contains("{\"of\":\"\",");
    assertThat(Records.decode("k", accepted, KeptRecord.class).accepted()).isTrue();
  }

  @Test
  void whatMayNotBeIgnoredIsRefusedByNameWithWhatToDo() {
    ObjectNode record =
        (ObjectNode) Records.json().readTree(golden("1/partition-active.json")).get("record");
    record.put("format", Records.FORMAT + 1);
    byte[] nextFormat = Records.encode(record);
    for (byte[] bytes :
        List.of(
            nextFormat,
            newer("1/partition-cutover.json", List.of("/ownership/move/options")),
            newer("1/partition-cutover.json", List.of("/ownership")))) {
      assertThatThrownBy(() -> Records.decode("partitions/x", bytes, Partition.class))
          .isInstanceOf(StoreException.Corrupt.class)
          .hasMessageContaining("'partitions/x' was written by a newer version")
          .hasMessageContaining("Upgrade this process");
    }
  }

  private static String text(Partition partition) {
    return new String(Records.encode(partition), StandardCharsets.UTF_8);
  }
}
