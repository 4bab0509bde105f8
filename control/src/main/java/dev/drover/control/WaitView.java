package dev.drover.control;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One thing that a move waits for, as the API shows it.
///
/// @param text all of it in one line, with times in the server's zone
/// @param what it waits for, as the words that follow "waits for"
/// @param beganAt since when; absent if that is not known
/// @param endsAt when the wait ends at the latest; absent if it has no limit, or none is known
/// @param then what happens at the limit, or what ends the wait; a clause
/// @param remedy how to end it now; a sentence, absent if nothing has to be done
public record WaitView(
    String text,
    String what,
    Optional<Instant> beganAt,
    Optional<Instant> endsAt,
    Optional<String> then,
    Optional<String> remedy) {
  static WaitView of(Wait wait) {
    return new WaitView(
        wait.text(),
        wait.what(),
        ApiJson.at(wait.sinceMillis()),
        ApiJson.at(wait.untilMillis()),
        ApiJson.said(wait.then()),
        ApiJson.said(wait.remedy()));
  }

  static List<WaitView> of(List<Wait> waits) {
    return waits.stream().map(WaitView::of).toList();
  }
}
