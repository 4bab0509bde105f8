package dev.drover.redis.gateway;

import dev.drover.redis.move.RedisHome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a connection to a home says before its first request: who it is, and which protocol it
/// speaks. A connection for scripts then becomes the user that is kept to their scope.
final class Handshake {
  private static final int REFUSAL_SHOWN_MAX = 512;

  private final List<List<byte[]>> requests = new ArrayList<>();
  private final @Nullable String impossible;
  private int unanswered;
  private boolean refusesScripts;

  private Handshake(@Nullable String impossible) {
    this.impossible = impossible;
  }

  static Handshake of(Serving serving, Way way) {
    RedisHome home = way.home();
    Optional<HomeFacts> facts = serving.facts(home.id());
    boolean scripts = way.isScripts();
    Handshake handshake =
        new Handshake(
            scripts && facts.isEmpty()
                ? "has not said which commands it has, so scripts cannot be kept to their scope"
                : null);
    home.password()
        .ifPresent(password -> handshake.say("AUTH", home.user().orElse("default"), password));
    if (way.resp3()) {
      handshake.say("HELLO", "3");
    }
    handshake.say("CLIENT", "SETNAME", scripts ? "drover-gateway-scripts" : "drover-gateway");
    if (way.use() instanceof Way.Use.Scripts(var scope) && facts.isPresent()) {
      handshake.requests.add(ScriptUser.set(home, scope, serving.table(), facts.get().names()));
      handshake.requests.add(
          List.of(
              "AUTH".getBytes(StandardCharsets.US_ASCII),
              ScriptUser.name(scope),
              ScriptUser.password(home, scope)));
    }
    handshake.unanswered = handshake.requests.size();
    return handshake;
  }

  private void say(String... words) {
    List<byte[]> request = new ArrayList<>();
    for (String word : words) {
      request.add(word.getBytes(StandardCharsets.UTF_8));
    }
    requests.add(request);
  }

  /// Why it need not be tried; null if it can be.
  @Nullable String impossible() {
    return impossible;
  }

  ByteBuf requests(ByteBufAllocator alloc) {
    ByteBuf out = alloc.buffer();
    requests.forEach(request -> Resp.request(out, request));
    return out;
  }

  boolean done() {
    return unanswered == 0;
  }

  /// A piece of an answer has come.
  ///
  /// @return why the home does not let the gateway in; null if it does so far
  @Nullable String answered(ByteBuf piece, boolean whole) {
    if (piece.getByte(piece.readerIndex()) == '-') {
      String refusal =
          piece
              .toString(
                  piece.readerIndex() + 1,
                  Math.min(piece.readableBytes() - 1, REFUSAL_SHOWN_MAX),
                  StandardCharsets.UTF_8)
              .strip();
      refusesScripts = requests.size() - unanswered >= first();
      return !refusesScripts
          ? "refuses the gateway: " + refusal
          : "cannot keep scripts to their scope, so they are off there ("
              + refusal
              + "); 'scripts: trusted' in the gateway's configuration lets them run unconfined";
    }
    if (whole) {
      unanswered--;
    }
    return null;
  }

  /// Whether the home would not keep scripts to their scope.
  boolean refusesScripts() {
    return refusesScripts;
  }

  /// The first request that is about scripts.
  private int first() {
    for (int i = 0; i < requests.size(); i++) {
      if (new String(requests.get(i).get(0), StandardCharsets.US_ASCII).equals("ACL")) {
        return i;
      }
    }
    return requests.size();
  }
}
