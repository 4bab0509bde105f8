package dev.drover.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RepeatedWarningsTest {
  private final AtomicLong nanos = new AtomicLong(1);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final LoggerContext context = new LoggerContext();
  private final Logger log = context.getLogger("x");

  @BeforeEach
  void filter() {
    RepeatedWarnings filter = new RepeatedWarnings(nanos::get);
    filter.start();
    context.addTurboFilter(filter);
    lines.start();
    log.addAppender(lines);
  }

  private List<String> said() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void aWarningThatComesByTheThousandIsWrittenAFewTimesAndCounted() {
    for (int i = 0; i < 1_000; i++) {
      log.warn("home '{}' does not answer", "blue");
    }
    assertThat(said()).hasSize(RepeatedWarnings.OF_SUBJECT_MAX);
    nanos.addAndGet(RepeatedWarnings.WINDOW_NANOS);
    log.warn("home '{}' does not answer", "blue");
    assertThat(said().subList(RepeatedWarnings.OF_SUBJECT_MAX, said().size()))
        .containsExactly(
            "997 lines like the next one were left out before it", "home 'blue' does not answer");
    nanos.addAndGet(RepeatedWarnings.WINDOW_NANOS);
    log.warn("home '{}' does not answer", "blue");
    assertThat(said()).hasSize(RepeatedWarnings.OF_SUBJECT_MAX + 3);
  }

  @Test
  void oneSubjectDoesNotHideAnother() {
    for (int i = 0; i < 100; i++) {
      log.error("partition '{}': {}", "a", "no");
    }
    log.error("partition '{}': {}", "b", "no");
    assertThat(said())
        .hasSize(RepeatedWarnings.OF_SUBJECT_MAX + 1)
        .last()
        .isEqualTo("partition 'b': no");
  }

  @Test
  void manySubjectsOfOneKindAreBoundedTogether() {
    for (int i = 0; i < 10_000; i++) {
      log.warn("{} sent what is no request", "127.0.0.1:" + i);
    }
    assertThat(said()).hasSize(RepeatedWarnings.OF_KIND_MAX);
  }

  @Test
  void otherLinesAreLeftAlone() {
    log.setLevel(Level.INFO);
    for (int i = 0; i < 1_000; i++) {
      log.info("the move of '{}' is done", "a");
      log.debug("not asked for");
    }
    assertThat(said()).hasSize(1_000);
  }
}
