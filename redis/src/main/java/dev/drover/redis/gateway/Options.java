package dev.drover.redis.gateway;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/// Walks over the options of a request, in the places where the server looks for them.
final class Options {
  private static final int SHOWN_MAX = 32;

  private final RequestReader request;
  private final ByteBuf in;
  private int at;
  private int last;

  Options(RequestReader request, ByteBuf in, int first) {
    this.request = request;
    this.in = in;
    this.at = first;
  }

  boolean more() {
    return at < request.arguments();
  }

  /// The place of the next word.
  int at() {
    return at;
  }

  /// The place of the last argument of the option that was taken last.
  int last() {
    return last;
  }

  /// Takes the option `word` with so many arguments, if it is the next one and they are there.
  boolean take(String word, int arguments) {
    if (at + arguments >= request.arguments() || !OptionWords.is(request, in, at, word)) {
      return false;
    }
    last = at + arguments;
    at += 1 + arguments;
    return true;
  }

  /// Takes one of these options without arguments, if it is the next word.
  boolean takeAny(String... words) {
    for (String word : words) {
      if (take(word, 0)) {
        return true;
      }
    }
    return false;
  }

  /// Why the next word cannot be taken.
  String unknown() {
    String word =
        in.toString(
            in.readerIndex() + request.offset(at),
            Math.min(SHOWN_MAX, request.length(at)),
            StandardCharsets.ISO_8859_1);
    return OptionWords.hasNul(request, in, at)
        ? "an option word has a NUL byte in it"
        : "syntax error at '" + word + "', which the gateway does not know there";
  }
}
