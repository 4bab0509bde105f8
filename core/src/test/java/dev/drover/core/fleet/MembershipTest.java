package dev.drover.core.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.Moment;
import dev.drover.core.fleet.Membership.Effect;
import dev.drover.core.fleet.Membership.Event;
import java.util.List;
import org.junit.jupiter.api.Test;

class MembershipTest {
  private static final Moment NOW = new Moment(0, 0);

  private Membership state = new Membership.Leasing(true, true);

  private List<Effect> on(Event event) {
    Membership.Decision decision = Membership.decide(state, event, NOW);
    state = decision.next();
    return decision.effects();
  }

  private void join() {
    on(Event.STARTED);
    on(Event.LEASES_TAKEN);
    on(Event.REGISTERED);
    on(Event.ROUTES_READ);
  }

  @Test
  void aGatewayLeasesThenRegistersThenReadsThenServes() {
    assertThat(on(Event.STARTED)).containsExactly(new Effect.TakeLeases(true, true));
    assertThat(on(Event.LEASES_TAKEN)).containsExactly(new Effect.Register());
    assertThat(on(Event.REGISTERED)).containsExactly(new Effect.ReadAll(true));
    assertThat(on(Event.ROUTES_READ)).isEmpty();
    assertThat(state).isEqualTo(new Membership.Serving());
  }

  @Test
  void aLostShortLeaseLeavesTheLongOneAndReadsEverythingAnew() {
    join();
    assertThat(on(Event.SHORT_ENDED)).containsExactly(new Effect.TakeLeases(false, true));
    on(Event.LEASES_TAKEN);
    assertThat(on(Event.REGISTERED)).containsExactly(new Effect.ReadAll(true));
  }

  @Test
  void aLostLongLeaseTakesBothAnew() {
    join();
    assertThat(on(Event.LONG_ENDED)).containsExactly(new Effect.TakeLeases(true, true));
  }

  @Test
  void aLeaseThatIsBeingTakenIsNotTakenOnceMore() {
    on(Event.STARTED);
    assertThat(on(Event.SHORT_ENDED)).isEmpty();
    assertThat(on(Event.LONG_ENDED)).isEmpty();
  }

  @Test
  void aLongLeaseThatEndsWhileTheShortOneIsTakenNeedsBoth() {
    on(Event.STARTED);
    on(Event.LEASES_TAKEN);
    on(Event.REGISTERED);
    on(Event.ROUTES_READ);
    assertThat(on(Event.SHORT_ENDED)).containsExactly(new Effect.TakeLeases(false, true));
    assertThat(on(Event.LONG_ENDED)).containsExactly(new Effect.TakeLeases(true, true));
  }

  @Test
  void aStoreThatIsAwayIsAskedAgainForTheSameThing() {
    on(Event.STARTED);
    on(Event.LEASES_TAKEN);
    assertThat(on(Event.STORE_AWAY)).singleElement().isInstanceOf(Effect.WakeAt.class);
    assertThat(on(Event.TIME_CAME)).containsExactly(new Effect.Register());
  }

  @Test
  void aLostWatchReadsWithoutNewSessions() {
    join();
    assertThat(on(Event.WATCH_LOST)).containsExactly(new Effect.ReadAll(false));
  }

  @Test
  void anAnswerThatComesTooLateChangesNothing() {
    on(Event.STARTED);
    assertThat(on(Event.ROUTES_READ)).isEmpty();
    assertThat(state).isInstanceOf(Membership.Leasing.class);
  }
}
