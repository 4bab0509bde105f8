package dev.drover.opensearch.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocatorTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cluster",
        "cluster#3",
        "index:acme-*",
        "index:acme-orders",
        "index:acme-orders=orders#12",
        "shared:all-*",
        "shared:orders#1",
        "shared:*",
        "shared:all-*:tenant",
        "shared:all=orders:tenant_id#4"
      })
  void aLocatorIsWrittenAsItIsRead(String text) {
    assertThat(Locator.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "acme",
        "index:",
        "index:*",
        "index:a*b*",
        "index:acme-*=orders",
        "index:Acme",
        "index:a,b",
        "index:_all",
        "index:.acme",
        "index:drover-x",
        "shared:a=b=c",
        "shared:a#",
        "shared:a#-1",
        "cluster:x",
        "index:a:tenant",
        "shared:a:",
        "shared:a:_id",
        "shared:a:b.c",
        "shared:a:b:c",
        "index:a%2fb",
        "index:<a-{now}>"
      })
  void whatIsNoPlaceIsRefused(String text) {
    assertThatThrownBy(() -> Locator.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "cluster,orders,orders",
    "index:acme-*,orders,acme-orders",
    "index:acme-orders=orders,orders,acme-orders",
    "shared:all-*,orders,all-orders",
    "shared:orders,orders,orders"
  })
  void namesGoThereAndBack(String locator, String called, String atHome) {
    assertThat(Locator.parse(locator).atHome(called)).contains(atHome);
    assertThat(Locator.parse(locator).called(atHome)).contains(called);
  }

  @Test
  void whatIsAnothersHasNoName() {
    Locator acme = Locator.parse("index:acme-*");
    assertThat(acme.called("beta-orders")).isEmpty();
    assertThat(acme.called("acme-")).isEmpty();
    assertThat(Locator.parse("cluster").called("drover-memory")).isEmpty();
    assertThat(Locator.parse("cluster").called(".tasks")).isEmpty();
    assertThat(Locator.parse("index:acme-orders=orders").atHome("other")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "index:acme-*,index:acme-b-*,true",
    "index:acme-*,index:beta-*,false",
    "index:acme-*,index:acme-orders,true",
    "index:acme-a,index:acme-b,false",
    "index:acme-a=x,index:acme-a=y,true",
    "cluster,shared:orders,true",
    "cluster,index:a,true",
    "shared:orders,shared:orders,false",
    "shared:orders:t,shared:orders:t,false",
    "shared:orders:t,shared:orders,true",
    "shared:orders:t,shared:orders:u,true",
    "shared:all-*,index:all-orders,true"
  })
  void placesThatCouldMeetAreKnown(String a, String b, boolean overlap) {
    assertThat(Locator.parse(a).overlaps(Locator.parse(b))).isEqualTo(overlap);
    assertThat(Locator.parse(b).overlaps(Locator.parse(a))).isEqualTo(overlap);
  }

  /// Were ids only put behind each other, tenant `a` with `b:1` would be tenant `a:b` with `1`.
  @Test
  void noTwoTenantsHaveTheSameIdAtASharedIndex() {
    Documents a = new Documents("a", Locator.parse("shared:orders"));
    Documents ab = new Documents("ab", Locator.parse("shared:orders"));
    assertThat(a.atHome("b:1")).isEqualTo("a:b:1");
    assertThat(a.called("a:b:1")).contains("b:1");
    assertThat(ab.called("a:b:1")).isEmpty();
    assertThat(a.called("ab:1")).isEmpty();
    assertThat(a.called("a:")).isEmpty();
    assertThatThrownBy(() -> Names.tenant("a:b")).isInstanceOf(IllegalArgumentException.class);
  }

  /// A field that nobody has mapped becomes text, in which `-` parts words.
  @Test
  void aNameOfSeveralWordsIsNotFoundByAField() {
    Locator byField = Locator.parse("shared:orders:t");
    assertThat(new Documents("a-b", byField).misnamed()).isPresent();
    assertThat(new Documents("a_b", byField).misnamed()).isEmpty();
    assertThat(new Documents("a-b", Locator.parse("shared:orders")).misnamed()).isEmpty();
  }

  @Test
  void aStateThatWasReadInAnEarlierStayIsKnownAsOld() {
    Documents first = new Documents("a", Locator.parse("index:a-*"));
    Documents third = new Documents("a", Locator.parse("index:a-*#2"));
    assertThat(first.shownTerm(1)).isEqualTo(1);
    assertThat(third.termAtHome(third.shownTerm(7))).contains(7L);
    assertThat(third.termAtHome(first.shownTerm(7))).isEmpty();
    assertThat(first.termAtHome(third.shownTerm(7))).isEmpty();
  }
}
