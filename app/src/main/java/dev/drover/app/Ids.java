package dev.drover.app;

import dev.drover.core.ControllerId;
import dev.drover.core.MoveId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Names for what begins here.
public final class Ids {
  /// Without what is read for something else: no i, l, o, u.
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

  private static final int MOVE_CHARS = 4;
  private static final int RUN_CHARS = 8;
  private static final int INSTANCE_CHARS = 16;
  private static final DateTimeFormatter MOVE_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmm").withZone(ZoneOffset.UTC);
  private static final SecureRandom RANDOM = new SecureRandom();

  private Ids() {}

  /// When it was asked for (UTC), and something that tells it from others of that minute:
  /// `20261121-0511-ab3f`.
  public static MoveId move() {
    return new MoveId(MOVE_TIME.format(Instant.now()) + "-" + random(MOVE_CHARS));
  }

  /// A data directory.
  static String instance() {
    return random(INSTANCE_CHARS);
  }

  /// One run of a server.
  static ControllerId controller(String server) {
    return new ControllerId(server + "." + random(RUN_CHARS));
  }

  /// What tells this process from others, for people.
  static String process() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "unknown host";
    }
    return ProcessHandle.current().pid() + "@" + host;
  }

  private static String random(int chars) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < chars; i++) {
      text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }
}
