package dev.drover.opensearch.gateway;

import dev.drover.opensearch.rewrite.Refused;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

/// Says of what was sent why it is no request.
final class BadHead {
  private static final int BAD_REQUEST = 400;
  private static final int URI_TOO_LONG = 414;
  private static final int HEADERS_TOO_LARGE = 431;

  private BadHead() {}

  static Refused refused(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException _ ->
          new Refused(URI_TOO_LONG, Refused.ARGUMENT, "the request's first line is too long");
      case TooLongHttpHeaderException _ ->
          new Refused(HEADERS_TOO_LARGE, Refused.ARGUMENT, "the request's headers are too long");
      case TooLongFrameException _ ->
          new Refused(HEADERS_TOO_LARGE, Refused.ARGUMENT, "the request's head is too long");
      default ->
          new Refused(
              BAD_REQUEST, Refused.ARGUMENT, "this is no HTTP request: " + cause.getMessage());
    };
  }
}
