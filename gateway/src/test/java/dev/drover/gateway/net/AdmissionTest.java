package dev.drover.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.drover.core.HomeId;
import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Session;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A request to several partitions is let through as a whole, or not at all.
@Timeout(60)
class AdmissionTest {
  private final LoopRig rig = new LoopRig();
  private final Gate a = LoopRig.gate("a", "one");
  private final Gate b = LoopRig.gate("b", "two");
  private final Gate c = LoopRig.gate("c", "three");

  @AfterEach
  void end() {
    rig.close();
  }

  @Test
  void allAreAdmittedInTheOrderInWhichTheyWereAsked() {
    Admission.Several all = Admission.of(rig.loop, true, List.of(c, a, b));
    assertThat(((Admission.Several.Admitted) all).admissions())
        .extracting(each -> each.to().home().toString(), Admission::pass)
        .containsExactly(tuple("three", c), tuple("one", a), tuple("two", b));
    assertThat(List.of(a.passes(), b.passes(), c.passes())).containsOnly(1L);
    ((Admission.Several.Admitted) all).admissions().forEach(each -> each.giveBack(rig.loop));
    assertThat(List.of(a.passes(), b.passes(), c.passes())).containsOnly(0L);
  }

  @Test
  void passesAreGivenBackWhenOneIsHeld() {
    LoopRig.close(b);
    assertThat(Admission.of(rig.loop, true, List.of(c, b, a)))
        .isEqualTo(new Admission.Several.Held(b));
    assertThat(a.quiet() && b.quiet() && c.quiet()).isTrue();
  }

  @Test
  void theyAreAskedInTheOrderOfTheirNames() {
    LoopRig.close(b);
    LoopRig.close(c);
    assertThat(Admission.of(rig.loop, true, List.of(c, b, a)))
        .isEqualTo(new Admission.Several.Held(b));
  }

  @Test
  void readsTakeNoPassesAndAreNotHeldWithWrites() {
    LoopRig.close(b);
    Admission.Several all = Admission.of(rig.loop, false, List.of(a, b));
    assertThat(((Admission.Several.Admitted) all).admissions())
        .extracting(Admission::pass)
        .containsOnlyNulls();
    assertThat(a.quiet() && b.quiet()).isTrue();
  }

  @Test
  void aPartitionWhoseLeaseIsGoneHoldsAll() {
    b.route().guard().retire();
    assertThat(Admission.of(rig.loop, true, List.of(a, b)))
        .isEqualTo(new Admission.Several.Held(b));
    assertThat(a.quiet() && b.quiet()).isTrue();
  }

  @Test
  void whatIsUnderNoPartitionNeedsTheGatewaysLease() {
    Placement rest = new Placement(new HomeId("one"), "*");
    Session session = new Session(1, Long.MAX_VALUE);
    Guard guard = new Guard(session);
    assertThat(Admission.atRest(rig.loop, guard, rest)).isEqualTo(new Admission(rest, guard, null));
    session.end();
    assertThat(Admission.atRest(rig.loop, guard, rest)).isNull();
  }
}
