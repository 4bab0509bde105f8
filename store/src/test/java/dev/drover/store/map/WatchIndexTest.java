package dev.drover.store.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.store.Entry;
import dev.drover.store.StoreException;
import dev.drover.store.WatchListener;
import dev.drover.store.WatchListener.Event;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WatchIndexTest {
  private static final WatchListener NOBODY =
      new WatchListener() {
        @Override
        public void changed(List<Event> events) {}

        @Override
        public void lost(StoreException why) {}
      };

  private static WatchPump watch(String prefix) {
    return new WatchPump(prefix, NOBODY, _ -> {});
  }

  private static List<Event> written(String key) {
    return List.of(new Event.Written(new Entry(key, new byte[0], 1, null)));
  }

  @Test
  void aChangeConcernsThoseAloneWhosePrefixItHas() {
    WatchIndex index = new WatchIndex();
    for (int i = 0; i < 1_000; i++) {
      index.add(watch("receipts/" + i + "/"));
      index.add(watch("partitions/"));
    }
    WatchPump mine = watch("receipts/p/");
    WatchPump all = watch("");
    index.add(mine);
    index.add(all);
    assertThat(index.of(written("receipts/p/g"))).containsExactlyInAnyOrder(mine, all);
    assertThat(index.of(written("receipts/"))).containsExactly(all);
    assertThat(index.of(written("partitions/x"))).hasSize(1_001);
  }

  @Test
  void oneThatWasRemovedIsNotFoundAndThoseBesideItAre() {
    WatchIndex index = new WatchIndex();
    WatchPump one = watch("a/");
    WatchPump other = watch("a/");
    index.add(one);
    index.add(other);
    index.remove(one);
    index.remove(one);
    assertThat(index.of(written("a/b"))).containsExactly(other);
    index.remove(other);
    assertThat(index.of(written("a/b"))).isEmpty();
    assertThat(index.all()).isEmpty();
  }
}
