package dev.drover.store.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.Certificate;
import dev.drover.core.Checkpoint;
import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
import dev.drover.core.EngineState;
import dev.drover.core.GatewayId;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.Proof;
import dev.drover.core.SourceFence;
import dev.drover.core.Step;
import dev.drover.core.Undo;
import dev.drover.core.Unknown;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Verification;
import dev.drover.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordsTest {
  private static final Placement A = new Placement(new HomeId("a"), "app:");
  private static final Placement B = new Placement(new HomeId("b"), "app:");
  private static final Move MOVE =
      new Move(
          new MoveId("m1"),
          new ControllerId("c1"),
          new Move.Plan(
              Budget.DEFAULT,
              new Barrier.Timed(Duration.ofSeconds(30)),
              MoverOptions.DEFAULT,
              SourceFence.OUTSIDERS,
              List.of(new Undo("purge-source", A, new MoveId("m1"), MoverOptions.DEFAULT))),
          new Move.Reached(
              Step.FOLLOW,
              2,
              new Checkpoint(10, 1_000, "verified"),
              EngineState.NONE,
              List.of(new Undo("remove-copies", B, new MoveId("m1"), MoverOptions.DEFAULT))),
          new Hlc(1_000, 3),
          Unknown.NOTHING);
  private static final Proof PROOF =
      new Proof(
          List.of(Proof.Receipt.given(new GatewayId("g1"), 4, 17)),
          new Settlement.Settled("sentinel 1", 10, 2, 2),
          new Verification(10, 1_000, 0, "abc"),
          false,
          3_000_000,
          4_000_000);

  private static Partition partition(Ownership ownership) {
    return new Partition(
        new PartitionId(Engine.FIRST, "app:ü/%"),
        7,
        3,
        ownership,
        List.of(new Undo("lift-fence", A, new MoveId("m1"), MoverOptions.DEFAULT)),
        new Hlc(5, 0));
  }

  @Test
  void everyOwnershipComesBackAsItWasWritten() throws StoreException {
    for (Ownership ownership :
        List.of(
            new Ownership.Active(A),
            new Ownership.Draining(A, B, MOVE),
            new Ownership.Cutover(A, B, MOVE),
            new Ownership.Opening(A, B, MOVE, PROOF))) {
      Partition p = partition(ownership);
      assertThat(Records.decode("k", Records.encode(p), Partition.class)).isEqualTo(p);
    }
  }

  @Test
  void aCertificateComesBackAsItWasWritten() throws StoreException {
    Partition p = partition(new Ownership.Opening(A, B, MOVE, PROOF));
    Certificate certificate =
        Certificate.of(p, (Ownership.Opening) p.ownership())
            .opened(PROOF.receipts(), 5)
            .strayedBy(List.of("k"));
    assertThat(Records.decode("k", Records.encode(certificate), Certificate.class))
        .isEqualTo(certificate);
  }

  @Test
  void theReceiptsOfALargeFleetComeBackAndTakeAFewBytesEach() throws StoreException {
    List<Proof.Receipt> receipts = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      GatewayId gateway = new GatewayId("g" + i);
      receipts.add(
          switch (i % 10) {
            case 0 -> Proof.Receipt.ended(gateway, 7, 1_000 + i);
            case 1 -> Proof.Receipt.forgotten(gateway, 7, 1_000 + i);
            default -> Proof.Receipt.given(gateway, 7, 1_000 + i);
          });
    }
    Proof proof =
        new Proof(
            receipts,
            PROOF.settled(),
            PROOF.verification(),
            PROOF.sourceFenced(),
            PROOF.predictedPauseNanos(),
            PROOF.holdNanos());
    Partition opening = partition(new Ownership.Opening(A, B, MOVE, proof));
    byte[] bytes = Records.encode(opening);
    assertThat(Records.decode("k", bytes, Partition.class)).isEqualTo(opening);
    assertThat(bytes.length).isLessThan(receipts.size() * 12);
  }

  @Test
  void aRecordThatMissesAPartOrHasOneMoreOrAnotherIsNotGuessed() {
    Partition partition = partition(new Ownership.Draining(A, B, MOVE));
    String json = body(Records.encode(partition));
    for (String bad :
        List.of(
            json.replace("\"epoch\":7,", ""),
            json.replace("\"epoch\":7", "\"epoch\":\"7\""),
            json.replace("\"epoch\":7", "\"epoch\":7.5"),
            json.replace("\"epoch\":7", "\"epoch\":-7"),
            json.replace("\"epoch\":7", "\"epoch\":99999999999999999999"),
            json.replace("\"epoch\":7", "\"epoch\":null"),
            json.replace("\"items\":10", "\"items\":10,\"new\":1"),
            json.replace("Draining", "Paused"),
            json.replace("FOLLOW", "WAIT"),
            json.replace("PT30S", "half a minute"),
            json.replace("\"overwrite\":false", "\"overwrite\":0"),
            json.replace("\"owed\":[", "\"owed\":[1,"))) {
      assertThat(bad).isNotEqualTo(json);
      byte[] bytes = Records.encode(Records.json().readTree(bad));
      assertThatThrownBy(() -> Records.decode("partitions/x", bytes, Partition.class))
          .isInstanceOf(StoreException.Corrupt.class)
          .hasMessageContaining("partitions/x");
    }
  }

  @Test
  void everyChangedByteIsReportedAsCorruptByName() {
    byte[] good = Records.encode(partition(new Ownership.Draining(A, B, MOVE)));
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 1;
      assertThatThrownBy(() -> Records.decode("partitions/x", bad, Partition.class))
          .isInstanceOf(StoreException.Corrupt.class)
          .hasMessageContaining("partitions/x");
    }
  }

  private static String body(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.substring(text.indexOf("\"record\":") + 9, text.length() - 1);
  }

  @Test
  void aPartitionsKeyNamesItAndBeginsNoOthers() {
    List<String> keys = new ArrayList<>();
    for (Engine engine : List.of(Engine.FIRST, new Engine("opensearch"), new Engine("a"))) {
      for (String name : List.of("app:", "a/b", "ü %2F", "..", "opensearch", "a", "opensearch:a")) {
        PartitionId id = new PartitionId(engine, name);
        assertThat(Keys.partitionOf(Keys.partition(id))).isEqualTo(id);
        assertThat(Keys.partition(id).substring(Keys.PARTITIONS.length())).doesNotContain("/");
        keys.add(Keys.receipts(id));
      }
    }
    for (String key : keys) {
      assertThat(keys).filteredOn(other -> other.startsWith(key)).containsExactly(key);
    }
  }

  @Test
  void aPartitionOfTheFirstEngineHasTheKeysThatItAlwaysHad() {
    PartitionId id = new PartitionId(Engine.FIRST, "app:");
    assertThat(Keys.partition(id)).isEqualTo("partitions/app%3A");
    assertThat(Keys.receipt(id, new GatewayId("g1"))).isEqualTo("receipts/app%3A/g1");
    assertThat(Keys.partition(new PartitionId(new Engine("x"), "app:")))
        .isEqualTo("partitions/x:app%3A");
  }
}
