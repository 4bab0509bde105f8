package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.control.ApiRig.Answer;
import dev.drover.control.ApiRig.Events;
import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.store.LeaseId;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.GatewayRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.testing.Await;
import dev.drover.store.testing.FaultyStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ApiTest {
  private static final int EVENT_CLIENTS_MAX = 100;

  private final ApiRig rig = new ApiRig();
  private final FaultyStore store = rig.store;

  @BeforeEach
  void start() throws Exception {
    rig.create(Engine.FIRST, "app:", "a");
    rig.create(Engine.FIRST, "twice", "a");
    rig.create(ApiRig.OTHER, "twice", "c");
    rig.start();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private static void refused(Answer answer, int status, String type, String... words) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.type()).isEqualTo("application/problem+json");
    assertThat(answer.body()).contains("\"urn:drover:" + type + "\"").contains(words);
  }

  // --- errors

  @Test
  void whatDoesNotExistIsNotFound() throws Exception {
    refused(rig.get("/v1/explain?partition=ap"), 404, "not-found", "'ap'", "redis/app:");
    refused(rig.move("none", "b"), 404, "not-found", "'none'");
    refused(rig.move("app:", "nowhere"), 404, "not-found", "'nowhere'", "drover homes");
    refused(rig.get("/v1/moves/none"), 404, "not-found", "'none'");
    refused(rig.get("/v1/certificates/none"), 404, "not-found", "'none'");
    refused(rig.post("/v1/abort?partition=none", ""), 404, "not-found", "'none'");
    refused(rig.post("/v1/strays/none?decision=keep", ""), 404, "not-found", "none");
    refused(rig.get("/v2/nothing"), 404, "not-found", "/v2/nothing");
  }

  @Test
  void whatIsWrongInItselfIsABadRequest() throws Exception {
    refused(rig.post("/v1/moves", "{\"to\":\"b\"}"), 400, "bad-request", "'partition'");
    refused(rig.get("/v1/explain"), 400, "bad-request", "NAME or ENGINE/NAME");
    refused(rig.post("/v1/strays/m?decision=burn", ""), 400, "bad-request", "'burn'");
    refused(rig.move("app:", "c"), 400, "bad-request", "'c' is for other");
  }

  @Test
  void whatTheStateOfThingsDoesNotAllowIsAConflict() throws Exception {
    refused(rig.post("/v1/abort?partition=app:", ""), 409, "conflict", "does not move");
    refused(rig.move("app:", "a"), 409, "conflict", "app:");
    assertThat(rig.move("app:", "b").status()).isEqualTo(202);
    assertThat(rig.move("redis/twice", "b").status()).as("it waits").isEqualTo(202);
    refused(rig.move("redis/twice", "b"), 409, "conflict", "queued already");
  }

  @Test
  void whatTheStoreDoesNotDoHasAnAnswerForEachReason() throws Exception {
    Map<StoreException, String> reasons =
        Map.of(
            new StoreException.Unavailable("no answer", null), "503 store-unavailable",
            new StoreException.OutcomeUnknown("no answer", null), "503 outcome-unknown",
            new StoreException.Refused("it is full", null), "409 store-refused",
            new StoreException.HistoryGone("it is too old"), "503 history-gone",
            new StoreException.Corrupt("it does not check", null), "500 corrupt-record");
    for (Map.Entry<StoreException, String> each : reasons.entrySet()) {
      store.fault(
          (call, key) -> {
            if (key.equals(Keys.KEPT)) {
              throw each.getKey();
            }
          });
      String[] expected = each.getValue().split(" ", 2);
      refused(
          rig.get("/v1/strays"),
          Integer.parseInt(expected[0]),
          expected[1],
          String.valueOf(each.getKey().getMessage()));
    }
    store.fault((call, key) -> {});
    assertThat(rig.get("/v1/strays").status()).isEqualTo(200);
  }

  @Test
  void aRecordThatDoesNotCheckIsNamed() throws Exception {
    store.put(Keys.KEPT + "m", nonsense(), StateStore.ANY, null);
    refused(rig.get("/v1/strays"), 500, "corrupt-record", "kept/m");
  }

  private static byte[] nonsense() {
    return "nonsense".getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aDefectIsAnsweredWithoutItsParticulars() throws Exception {
    store.fault(
        (call, key) -> {
          if (key.equals(Keys.KEPT)) {
            throw new IllegalStateException("a secret");
          }
        });
    Answer answer = rig.get("/v1/strays");
    refused(answer, 500, "defect", "its log says more");
    assertThat(answer.body()).doesNotContain("secret");
  }

  @Test
  void theHealthSaysWhetherTheStoreAnswers() throws Exception {
    assertThat(rig.get("/health").status()).isEqualTo(200);
    store.fault(
        (call, key) -> {
          throw new StoreException.Unavailable("nobody is there", null);
        });
    Await.until("to be down", () -> rig.get("/health").status() == 503);
    assertThat(rig.get("/health").body()).contains("\"down\"").contains("nobody is there");
    store.fault((call, key) -> {});
    Await.until("to be up", () -> rig.get("/health").status() == 200);
  }

  // --- names

  @Test
  void aPartitionIsNamedByItsNameOrByEngineAndName() throws Exception {
    for (String name : List.of("app:", "redis/app:")) {
      Answer answer = rig.get("/v1/explain?partition=" + name);
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains("redis/app:");
    }
    refused(rig.get("/v1/explain?partition=other/app:"), 404, "not-found", "'other/app:'");
  }

  @Test
  void aNameThatTwoEnginesHaveIsRefusedAndAllThatItMayBeAreNamed() throws Exception {
    for (Answer answer :
        List.of(
            rig.get("/v1/explain?partition=twice"),
            rig.move("twice", "b"),
            rig.post("/v1/abort?partition=twice", ""),
            rig.delete("/v1/partitions?partition=twice"))) {
      refused(answer, 400, "bad-request", "other/twice", "redis/twice", "Nothing was done");
    }
    assertThat(rig.get("/v1/explain?partition=other/twice").body()).contains("other/twice");
    assertThat(rig.move("other/twice", "d").status()).isEqualTo(202);
    PartitionId moved = new PartitionId(ApiRig.OTHER, "twice");
    Await.until("the move", () -> home(moved).equals("d"));
    assertThat(home(new PartitionId(Engine.FIRST, "twice"))).isEqualTo("a");
  }

  private String home(PartitionId id) {
    return rig.controller
        .catalog()
        .find(id)
        .orElseThrow()
        .partition()
        .ownership()
        .reads()
        .home()
        .value();
  }

  // --- events

  @Test
  void whoFollowsTheEventsSeesAMove() throws Exception {
    try (Events events = rig.events()) {
      assertThat(events.next()).startsWith("status ").doesNotContain("Copying");
      rig.move("app:", "b");
      assertThat(events.until("Copying")).contains("redis/app:");
      rig.copied.countDown();
      Await.until("its end", () -> !events.next().contains("app:"));
      assertThat(home(new PartitionId(Engine.FIRST, "app:"))).isEqualTo("b");
    }
  }

  @Test
  void oneTooManyIsToldSoAndOneThatGoesAwayFreesItsPlace() throws Exception {
    List<Events> all = new ArrayList<>();
    try {
      for (int i = 0; i < EVENT_CLIENTS_MAX; i++) {
        Events next = rig.events();
        all.add(next);
        assertThat(next.next()).startsWith("status ");
      }
      try (Events tooMany = rig.events()) {
        assertThat(tooMany.next()).startsWith("problem ").contains("at most 100");
        assertThat(tooMany.next()).isEqualTo("end");
      }
      all.removeFirst().close();
      Await.until("its place", this::another);
      assertThat(all.getLast().next()).startsWith("status ");
    } finally {
      for (Events each : all) {
        each.close();
      }
    }
  }

  private boolean another() throws Exception {
    try (Events events = rig.events()) {
      return events.next().startsWith("status ");
    }
  }

  @Test
  void whoFollowsTheEventsIsToldThatTheStoreIsAway() throws Exception {
    try (Events events = rig.events()) {
      assertThat(events.next()).startsWith("status ");
      store.fault(
          (call, key) -> {
            throw new StoreException.Unavailable("nobody is there", null);
          });
      assertThat(events.until("problem")).contains("nobody is there");
      assertThat(events.next()).isEqualTo("end");
    }
  }

  // --- dropping and forgetting

  @Test
  void aPartitionIsDroppedOnlyWhereItsContentWouldBeLookedFor() throws Exception {
    refused(rig.delete("/v1/partitions"), 400, "bad-request", "which partition");
    refused(rig.delete("/v1/partitions?partition=none"), 404, "not-found", "'none'");
    refused(rig.delete("/v1/partitions?partition=other/twice"), 409, "conflict", "would be hidden");
    assertThat(store.get(Keys.partition(new PartitionId(ApiRig.OTHER, "twice")))).isPresent();

    Answer dropped = rig.delete("/v1/partitions?partition=redis/twice");
    assertThat(dropped.status()).as(dropped.body()).isEqualTo(200);
    assertThat(dropped.body()).contains("redis/twice");
    assertThat(store.get(Keys.partition(new PartitionId(Engine.FIRST, "twice")))).isEmpty();
    Await.until(
        "the other one to be meant",
        () -> rig.get("/v1/explain?partition=twice").body().contains("other/twice"));
  }

  @Test
  void aPartitionThatMovesOrWaitsToMoveIsNotDropped() throws Exception {
    rig.move("app:", "b");
    rig.move("redis/twice", "b");
    for (String name : List.of("app:", "redis/twice")) {
      refused(rig.delete("/v1/partitions?partition=" + name), 409, "conflict", "Nothing was");
      assertThat(rig.get("/v1/explain?partition=" + name).status()).isEqualTo(200);
    }
  }

  @Test
  void aGatewayIsForgottenByForceOnly() throws Exception {
    GatewayId id = new GatewayId("g1");
    LeaseId lease = store.lease(Duration.ofMinutes(1));
    GatewayIdentity identity =
        GatewayIdentity.of("g1", List.of(ApiRig.A)).withLongLease(Duration.ofSeconds(60));
    GatewayRecord record =
        new GatewayRecord(
            id,
            GatewayMode.LEASED,
            "",
            "process 7",
            lease.value(),
            identity,
            Engine.FIRST,
            Records.FORMAT);
    store.put(Keys.gateway(id, LeaseKind.LONG), Records.encode(record), StateStore.ANY, lease);

    refused(rig.delete("/v1/gateways/g2?force=true"), 404, "not-found", "'g2'");
    refused(rig.delete("/v1/gateways/%20?force=true"), 400, "bad-request", "gateway");
    refused(rig.delete("/v1/gateways/g1"), 409, "conflict", "process 7", "--force");
    refused(rig.delete("/v1/gateways/g1?force=yes"), 409, "conflict", "--force");
    assertThat(store.keepAlive(lease)).isTrue();

    Answer answer = rig.delete("/v1/gateways/g1?force=true");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"mayServeMillis\":60000");
    assertThat(store.keepAlive(lease)).isFalse();
    assertThat(store.get(Keys.forgotten(id))).isPresent();
    assertThat(store.get(Keys.gateway(id, LeaseKind.LONG))).isEmpty();
  }
}
