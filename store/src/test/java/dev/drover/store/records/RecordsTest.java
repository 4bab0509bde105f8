package dev.drover.store.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.Certificate;
import dev.drover.core.Checkpoint;
import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
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
import dev.drover.core.Step;
import dev.drover.core.Undo;
import dev.drover.core.fleet.FleetView;
import dev.drover.core.fleet.GatewayMode;
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
          Step.FOLLOW,
          2,
          new Checkpoint(10, 1_000, "verified"),
          Budget.DEFAULT,
          new Barrier.Timed(Duration.ofSeconds(30)),
          MoverOptions.DEFAULT,
          List.of(new Undo("remove-copies", B, new MoveId("m1"), MoverOptions.DEFAULT)),
          List.of(new Undo("purge-source", A, new MoveId("m1"), MoverOptions.DEFAULT)),
          new Hlc(1_000, 3));
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
  void recordsThatAreWrittenByHandAreTheSameJsonAsTheMappers() throws StoreException {
    Partition opening = partition(new Ownership.Opening(A, B, MOVE, PROOF));
    GatewayRecord gateway =
        new GatewayRecord(
            new GatewayId("g1"),
            GatewayMode.LEASED,
            "h:1",
            "12@h",
            17,
            new GatewayIdentity(
                "i1",
                60_000,
                List.of(
                    KnownHome.at(new HomeId("blue"), "h:6379"),
                    KnownHome.at(new HomeId("green"), "h:6380")),
                "abc"),
            Engine.FIRST);
    FleetView.GivenReceipt receipt = new FleetView.GivenReceipt(4, 17);
    List<Object> all =
        List.of(
            partition(new Ownership.Active(A)),
            partition(new Ownership.Draining(A, B, MOVE)),
            partition(new Ownership.Cutover(A, B, MOVE)),
            opening,
            Certificate.of(opening, (Ownership.Opening) opening.ownership())
                .opened(PROOF.receipts(), 5)
                .strayedBy(List.of("\u0000\n\"ü")),
            gateway,
            receipt);
    for (Object record : all) {
      String written = new String(Records.encode(record), StandardCharsets.UTF_8);
      assertThat(written)
          .endsWith(",\"record\":" + Records.json().writeValueAsString(record) + "}");
    }
    assertThat(Records.decode("k", Records.encode(gateway), GatewayRecord.class))
        .isEqualTo(gateway);
    assertThat(Records.decode("k", Records.encode(receipt), FleetView.GivenReceipt.class))
        .isEqualTo(receipt);
  }

  @Test
  void recordsOfOlderVersionsAreRead() throws StoreException {
    GatewayRecord gateway =
        decoded(
            "{\"id\":\"g1\",\"mode\":\"LEASED\",\"address\":\"h:1\",\"process\":\"12@h\",\"lease\":17}",
            GatewayRecord.class);
    assertThat(gateway.identity()).isEqualTo(GatewayIdentity.UNSAID);
    Partition opening = partition(new Ownership.Opening(A, B, MOVE, PROOF));
    String json = Records.json().writeValueAsString(opening);
    String older = json.replace(",\"forgotten\":false", "");
    assertThat(older).isNotEqualTo(json);
    assertThat(decoded(older, Partition.class)).isEqualTo(opening);
  }

  private static <T> T decoded(String json, Class<T> type) throws StoreException {
    return Records.decode("k", Records.encode(Records.json().readTree(json)), type);
  }

  @Test
  void aRecordThatMissesAPartOrHasOneMoreOrAnotherIsNotGuessed() {
    Partition partition = partition(new Ownership.Draining(A, B, MOVE));
    String json = Records.json().writeValueAsString(partition);
    for (String bad :
        List.of(
            json.replace("\"epoch\":7,", ""),
            json.replace("\"epoch\":7", "\"epoch\":\"7\""),
            json.replace("\"epoch\":7", "\"epoch\":7.5"),
            json.replace("\"epoch\":7", "\"epoch\":-7"),
            json.replace("\"epoch\":7", "\"epoch\":99999999999999999999"),
            json.replace("\"epoch\":7", "\"epoch\":null"),
            json.replace("\"epoch\":7", "\"epoch\":7,\"new\":1"),
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

  @Test
  void aRecordWithAnUnknownPartIsNotGuessed() {
    String body =
        new String(
            Records.encode(new Undo("x", A, new MoveId("m1"), MoverOptions.DEFAULT)),
            StandardCharsets.UTF_8);
    String json = body.substring(body.indexOf("\"record\":") + 9, body.length() - 1);
    byte[] more =
        Records.encode(
            Records.json().readTree(json.replace("{\"action\"", "{\"new\":1,\"action\"")));
    assertThatThrownBy(() -> Records.decode("k", more, Undo.class))
        .isInstanceOf(StoreException.Corrupt.class);
  }

  @Test
  void aPartitionsKeyNamesIt() {
    for (String name : List.of("app:", "a/b", "ü %2F", "..")) {
      PartitionId id = new PartitionId(Engine.FIRST, name);
      assertThat(Keys.partitionOf(Keys.partition(id))).isEqualTo(id);
      assertThat(Keys.partition(id).substring(Keys.PARTITIONS.length())).doesNotContain("/");
    }
  }
}
