package dev.drover.redis.wire;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The connection is gone; whether outstanding commands took effect is unknown. Trying again on a
/// new connection can help.
public final class RespLost extends IOException {
  private static final long serialVersionUID = 1;

  public RespLost(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
