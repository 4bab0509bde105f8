package dev.drover.core.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.ReceiptQueue.Write;
import org.junit.jupiter.api.Test;

class ReceiptQueueTest {
  private static final GivenReceipt OLD = new GivenReceipt(2, 7);
  private static final GivenReceipt NEW = new GivenReceipt(3, 7);

  private final ReceiptQueue queue = new ReceiptQueue();

  @Test
  void oneIsWrittenAtATimeAndThenTheNewest() {
    Write first = queue.want(OLD).orElseThrow();
    assertThat(first).isEqualTo(new Write(OLD, ReceiptQueue.ABSENT));
    assertThat(queue.want(NEW)).isEmpty();
    assertThat(queue.written(first, 10)).contains(new Write(NEW, 10));
    assertThat(queue.written(new Write(NEW, 10), 11)).isEmpty();
  }

  /// The old one is still on its way when the new one is written: whichever comes first, the other
  /// finds another version than it expects.
  @Test
  void oneThatComesLateCannotOverwriteANewerOne() {
    Write lost = queue.want(OLD).orElseThrow();
    assertThat(queue.failed(lost)).isEmpty();
    Write next = queue.want(NEW).orElseThrow();
    assertThat(next).isEqualTo(new Write(NEW, lost.expectedVersion()));

    assertThat(queue.conflicted(12)).as("the old one was first").isEqualTo(new Write(NEW, 12));
    assertThat(queue.written(new Write(NEW, 12), 13)).isEmpty();
    assertThat(queue.want(OLD)).contains(new Write(OLD, 13));
  }

  @Test
  void whatEndedWithItsLeaseIsWrittenAsNew() {
    queue.written(queue.want(OLD).orElseThrow(), 10);
    assertThat(queue.want(NEW)).contains(new Write(NEW, 10));
    assertThat(queue.conflicted(ReceiptQueue.ABSENT))
        .isEqualTo(new Write(NEW, ReceiptQueue.ABSENT));
  }
}
