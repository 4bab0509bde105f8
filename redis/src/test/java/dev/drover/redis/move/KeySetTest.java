package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeySetTest {
  private static byte[] key(int i) {
    return Scope.utf8("key:" + i * 31);
  }

  @Test
  void holdsEachKeyOnceInTheOrderOfArrival() {
    KeySet set = new KeySet(100_000, 10_000_000);
    for (int pass = 0; pass < 2; pass++) {
      for (int i = 0; i < 50_000; i++) {
        assertThat(set.add(key(i))).isTrue();
      }
    }
    assertThat(set.size()).isEqualTo(50_000);
    assertThat(set.get(49_999)).isEqualTo(key(49_999));
    assertThat(set.page(49_998, 10)).hasSize(2);
    assertThat(set.contains(key(7))).isTrue();
    assertThat(set.contains(key(50_000))).isFalse();
  }

  @Test
  void holdsEmptyAndLongKeys() {
    KeySet set = new KeySet(10, 10_000_000);
    byte[] big = new byte[300_000];
    assertThat(set.add(new byte[0])).isTrue();
    assertThat(set.add(big)).isTrue();
    assertThat(set.add(key(1))).isTrue();
    assertThat(set.get(0)).isEmpty();
    assertThat(set.get(1)).isEqualTo(big);
    assertThat(set.get(2)).isEqualTo(key(1));
  }

  @Test
  void saysWhenItIsFull() {
    KeySet few = new KeySet(2, 1_000);
    assertThat(few.add(key(1))).isTrue();
    assertThat(few.add(key(2))).isTrue();
    assertThat(few.add(key(1))).isTrue();
    assertThat(few.add(key(3))).isFalse();
    KeySet small = new KeySet(1_000, 10);
    assertThat(small.add(new byte[8])).isTrue();
    assertThat(small.add(new byte[3])).isFalse();
    assertThat(small.addAll(few)).isFalse();
  }
}
