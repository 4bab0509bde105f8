package dev.drover.redis.gateway;

import java.util.Arrays;

/// The places of a request's keys; used again for each request of an event loop.
final class Keys {
  private int[] places = new int[16];
  private int count;
  private String refusal = "";

  /// Forgets what was found.
  Keys clear() {
    count = 0;
    refusal = "";
    return this;
  }

  void add(int place) {
    if (count == places.length) {
      places = Arrays.copyOf(places, count * 2);
    }
    places[count++] = place;
  }

  int refuse(String why) {
    refusal = why;
    return KeyRule.REFUSED;
  }

  int count() {
    return count;
  }

  int place(int index) {
    return places[index];
  }

  /// Why no keys could be found.
  String refusal() {
    return refusal;
  }
}
