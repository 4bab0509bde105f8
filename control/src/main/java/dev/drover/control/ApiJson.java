package dev.drover.control;

import dev.drover.store.records.Records;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/// How the API writes JSON. This is the one place that says what its values look like:
///
/// - A moment is a text in ISO 8601, in UTC, with milliseconds: `2026-11-30T04:09:50.572Z`. The
///   names of such properties end in `At`.
/// - A duration is a whole number, and its name ends in its unit. Durations are in milliseconds
///   (`budgetMillis`). One kind is in microseconds, because tenths of a millisecond matter there:
///   for how long writes were held (`writesHeldMicros`).
/// - A size is in bytes, and its name has `bytes` in it. Other counts have no unit.
/// - What is unknown, or not there, is absent. No property is null, an empty text, or -1.
/// - A list is always there; it may be empty.
/// - A partition is `ENGINE/NAME`.
///
/// Signed certificates are no answers of this kind. They are files in a format of their own, and
/// every byte of theirs is signed ([dev.drover.control.certificate.SignedCertificate]). The reasons
/// are in docs/decisions/0041.
final class ApiJson {
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final JsonMapper MAPPER =
      Records.shown()
          .rebuild()
          .addModule(new SimpleModule("moments").addSerializer(Instant.class, new Moment()))
          .build();

  private ApiJson() {}

  static byte[] bytes(Object answer) {
    return MAPPER.writeValueAsBytes(answer);
  }

  static String text(Object answer) {
    return MAPPER.writeValueAsString(answer);
  }

  /// A text that is empty where there is nothing to be said.
  static Optional<String> said(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /// A count that is negative where it is not known.
  static Optional<Long> known(long count) {
    return count < 0 ? Optional.empty() : Optional.of(count);
  }

  /// A moment of the wall clock that is negative where there is none.
  static Optional<Instant> at(long millis) {
    return millis < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  private static final class Moment extends ValueSerializer<Instant> {
    @Override
    public void serialize(Instant moment, JsonGenerator out, SerializationContext context) {
      out.writeString(MOMENT.format(moment));
    }
  }
}
