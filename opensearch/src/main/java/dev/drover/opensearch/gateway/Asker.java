package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.opensearch.rewrite.Refused;
import io.netty.handler.codec.http.HttpResponse;

/// Whose request a [Forwarding] is.
interface Asker extends Held {
  /// It waits no more.
  void holdOver();

  /// The gateway itself answers.
  void refuse(Refused refused);

  /// Nobody knows whether it was done.
  void unknown(String why);

  /// Nothing was done, and it may be sent again.
  void unavailable(String why);

  /// The home's answer begins.
  AnswerFlow answer(Plan.Forward plan, Placement from, HttpResponse head);

  /// The answer is whole.
  void answered();

  /// More of a body that is sent while it comes may be given to [Forwarding#pass].
  void resumeBody();

  String address();

  /// Whether no more of the body will come.
  boolean bodyIsWhole();
}
