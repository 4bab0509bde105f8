package dev.drover.opensearch.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.HomeId;
import dev.drover.core.Placement;
import dev.drover.opensearch.gateway.Cursors.Owner;
import dev.drover.opensearch.rewrite.Refused;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What clients are shown for ids of scrolls and points in time.
class CursorsTest {
  private static final Owner ACME = new Owner("acme", "ann");
  private static final Placement PLACE = new Placement(new HomeId("a"), "shared:all-*#3");

  private final AtomicLong nanos = new AtomicLong(-5);
  private final SecureRandom random = new SecureRandom();

  private CursorTable table(int capacity) {
    return new CursorTable(
        new CursorOptions.Table(capacity, Duration.ofSeconds(10)), nanos::get, random::nextBytes);
  }

  private void later(int seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  private List<Cursors> both() {
    return List.of(table(100), new SealedCursors("secret", random::nextBytes));
  }

  @Test
  void oneIsGoodForItsOwnerOnly() throws Exception {
    for (Cursors cursors : both()) {
      String shown = cursors.shown(ACME, PLACE, "id of the home");
      assertThat(shown).doesNotContain("home");
      assertThat(cursors.opened(ACME, shown))
          .isEqualTo(new Cursors.Opened(PLACE, "id of the home"));
      for (Owner other :
          List.of(new Owner("beta", "ann"), new Owner("acme", "bob"), new Owner("acme", ""))) {
        assertThatThrownBy(() -> cursors.opened(other, shown))
            .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.status()).isEqualTo(404));
      }
      for (String wrong :
          List.of("", "id of the home", shown + "x", shown.substring(1), "dt1.", "dr2.")) {
        assertThatThrownBy(() -> cursors.opened(ACME, wrong)).isInstanceOf(Refused.class);
      }
    }
  }

  @Test
  void aNameWithAnyCharacterIsOne() throws Exception {
    Owner odd = new Owner("acme", "a\nb\u0000\u20ac");
    for (Cursors cursors : both()) {
      String shown = cursors.shown(odd, PLACE, "i\nd");
      assertThat(cursors.opened(odd, shown).id()).isEqualTo("i\nd");
    }
  }

  @Test
  void theTableForgetsWhatNobodyUses() throws Exception {
    CursorTable table = table(100);
    String used = table.shown(ACME, PLACE, "used");
    String idle = table.shown(ACME, PLACE, "idle");
    later(8);
    assertThat(table.opened(ACME, used).id()).isEqualTo("used");
    later(8);
    assertThat(table.opened(ACME, used).id()).isEqualTo("used");
    assertThatThrownBy(() -> table.opened(ACME, idle)).isInstanceOf(Refused.class);
  }

  @Test
  void whatAHomeCallsTheSameStaysTheSame() {
    CursorTable table = table(100);
    String first = table.shown(ACME, PLACE, "scroll");
    assertThat(table.shown(ACME, PLACE, "scroll")).isEqualTo(first);
    assertThat(table.shown(new Owner("beta", "ann"), PLACE, "scroll")).isNotEqualTo(first);
    assertThat(table.shown(ACME, new Placement(new HomeId("b"), "cluster"), "scroll"))
        .isNotEqualTo(first);
  }

  @Test
  void aTenantTakesATenthOfTheTableAtMost() throws Exception {
    CursorTable table = table(100);
    String others = table.shown(new Owner("beta", ""), PLACE, "b");
    List<String> own = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      own.add(table.shown(ACME, PLACE, "id" + i));
    }
    assertThat(table.opened(new Owner("beta", ""), others).id()).isEqualTo("b");
    assertThat(table.opened(ACME, own.get(990)).id()).isEqualTo("id990");
    assertThatThrownBy(() -> table.opened(ACME, own.get(989))).isInstanceOf(Refused.class);
  }

  @Test
  void aFullTableForgetsWhatWasUsedLongestAgo() throws Exception {
    CursorTable table = table(3);
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      shown.add(table.shown(new Owner("t" + i, ""), PLACE, "id"));
      if (i == 2) {
        assertThat(table.opened(new Owner("t0", ""), shown.getFirst()).id()).isEqualTo("id");
      }
    }
    assertThat(table.opened(new Owner("t0", ""), shown.getFirst()).id()).isEqualTo("id");
    assertThatThrownBy(() -> table.opened(new Owner("t1", ""), shown.get(1)))
        .isInstanceOf(Refused.class);
  }

  @Test
  void aSealCannotBeBrokenAndOtherSecretsOpenNothing() throws Exception {
    SealedCursors cursors = new SealedCursors("secret", random::nextBytes);
    String shown = cursors.shown(ACME, PLACE, "id");
    assertThat(new SealedCursors("secret", random::nextBytes).opened(ACME, shown).id())
        .isEqualTo("id");
    assertThatThrownBy(() -> new SealedCursors("another", random::nextBytes).opened(ACME, shown))
        .isInstanceOf(Refused.class);
    // The last character holds bits that mean nothing.
    for (int i = 4; i < shown.length() - 1; i++) {
      char other = shown.charAt(i) == 'A' ? 'Q' : 'A';
      String changed = shown.substring(0, i) + other + shown.substring(i + 1);
      assertThatThrownBy(() -> cursors.opened(ACME, changed)).isInstanceOf(Refused.class);
    }
  }
}
