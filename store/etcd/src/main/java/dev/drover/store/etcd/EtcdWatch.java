package dev.drover.store.etcd;

import com.google.protobuf.ByteString;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.map.WatchPump;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchProgressRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One watch: a stream of events from a revision on. When the stream breaks, or its member says
/// nothing although it is asked to, another begins after the last revision that was reported.
///
/// What was reported is known by the events alone. etcd's own notes of progress are only taken as a
/// sign of life: they may overtake events.
///
/// | etcd says | the listener |
/// |---|---|
/// | events | hears of them |
/// | compacted: the next revision is not kept any more | HistoryGone |
/// | more events at once than a message holds | HistoryGone |
/// | no permission | Refused |
/// | anything else | hears nothing: the watch goes on elsewhere |
final class EtcdWatch implements Watch {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);

  /// A member without a leader, cut off from the others, ends its watches instead of being silent.
  private static final Metadata.Key<String> REQUIRE_LEADER =
      Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

  private static final long PAUSE_MILLIS_MIN = 10;
  private static final long PAUSE_MILLIS_MAX = 1_000;

  private final EtcdClient client;
  private final EtcdKeys keys;
  private final EtcdWatches.Newest newest;
  private final ByteString begin;
  private final WatchPump pump;
  private final Consumer<EtcdWatch> onEnd;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Stream stream;
  private long lastRevision;
  private long pauseMillis = PAUSE_MILLIS_MIN;
  private boolean ended;

  EtcdWatch(
      EtcdClient client,
      EtcdKeys keys,
      EtcdWatches.Newest newest,
      String prefix,
      long afterRevision,
      WatchListener listener,
      Consumer<EtcdWatch> onEnd) {
    this.client = client;
    this.keys = keys;
    this.newest = newest;
    this.begin = keys.of(prefix);
    this.lastRevision = afterRevision;
    this.pump = new WatchPump(prefix, listener, _ -> end());
    this.onEnd = onEnd;
  }

  void start() {
    pump.start();
    Thread.ofVirtual().name("etcd-watch").start(this::connect);
  }

  /// Asks the member for a sign of life, or gives it up if it has not given one for too long.
  void probe() {
    Stream silent = null;
    lock.lock();
    try {
      Stream current = stream;
      if (ended || current == null) {
        return;
      }
      long quietNanos = client.options().nanoClock().getAsLong() - current.heardNanos;
      if (quietNanos < client.options().silenceMax().toNanos()) {
        current.send(
            WatchRequest.newBuilder()
                .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                .build());
      } else {
        silent = current;
      }
    } finally {
      lock.unlock();
    }
    if (silent != null) {
      silent.broken(Status.UNAVAILABLE.withDescription("the member is silent"));
    }
  }

  void lose(StoreException why) {
    pump.lose(why);
    pump.report();
  }

  @Override
  public void close() {
    pump.close();
  }

  private void end() {
    Stream last;
    lock.lock();
    try {
      ended = true;
      last = stream;
      stream = null;
    } finally {
      lock.unlock();
    }
    if (last != null) {
      last.cancel();
    }
    onEnd.accept(this);
  }

  private void connect() {
    Member member = client.members().current();
    try {
      Duration limit = client.options().calls().attemptTimeout();
      Metadata headers = client.headers(member, limit);
      headers.put(REQUIRE_LEADER, "true");
      lock.lock();
      try {
        if (ended) {
          return;
        }
        stream = new Stream(member);
        stream.open(headers);
      } finally {
        lock.unlock();
      }
    } catch (Member.Failed e) {
      Fate fate = Fate.of(e);
      client.react(fate, member);
      again(String.valueOf(e.getMessage()));
    } catch (StoreException e) {
      again(String.valueOf(e.getMessage()));
    }
  }

  private void again(String why) {
    long pause;
    lock.lock();
    try {
      if (ended || client.closed()) {
        return;
      }
      pause = pauseMillis;
      pauseMillis = Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
    } finally {
      lock.unlock();
    }
    LOG.debug("a watch after revision {} begins again: {}", lastRevision, why);
    Thread.ofVirtual()
        .name("etcd-watch")
        .start(
            () -> {
              try {
                TimeUnit.MILLISECONDS.sleep(pause);
                connect();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /// Whoever watches from a revision that was never given would wait for ever: etcd was set back.
  private void checkGiven(long afterRevision) {
    try {
      long revision = newest.revision();
      if (revision < afterRevision) {
        lose(
            new StoreException.HistoryGone(
                "revision %d was never given: the newest is %d"
                    .formatted(afterRevision, revision)));
      }
    } catch (StoreException e) {
      LOG.debug("the newest revision is not known: {}", e.getMessage());
    }
  }

  /// One stream to one member. It counts only for as long as it is the watch's stream.
  private final class Stream extends ClientCall.Listener<WatchResponse> {
    private final Member member;
    private @Nullable ClientCall<WatchRequest, WatchResponse> call;

    /// Guarded by `lock`.
    private long heardNanos = client.options().nanoClock().getAsLong();

    Stream(Member member) {
      this.member = member;
    }

    /// With the lock held, so that nothing is heard before.
    void open(Metadata headers) {
      ClientCall<WatchRequest, WatchResponse> opened =
          member.open(WatchGrpc.getWatchMethod(), this, headers);
      call = opened;
      opened.request(1);
      send(
          WatchRequest.newBuilder()
              .setCreateRequest(
                  WatchCreateRequest.newBuilder()
                      .setKey(begin)
                      .setRangeEnd(EtcdKeys.after(begin))
                      .setStartRevision(lastRevision + 1))
              .build());
    }

    void send(WatchRequest request) {
      if (call != null) {
        call.sendMessage(request);
      }
    }

    void cancel() {
      if (call != null) {
        call.cancel("the watch goes on elsewhere, or has ended", null);
      }
    }

    private boolean current() {
      return !ended && stream == this;
    }

    @Override
    public void onMessage(WatchResponse message) {
      boolean behind = false;
      long after = 0;
      lock.lock();
      try {
        if (!current()) {
          return;
        }
        heardNanos = client.options().nanoClock().getAsLong();
        if (message.getEventsCount() > 0) {
          List<WatchListener.Event> events = events(message);
          pauseMillis = PAUSE_MILLIS_MIN;
          lastRevision = events.getLast().revision();
          pump.offer(events);
        }
        after = lastRevision;
        behind = message.getCreated() && message.getHeader().getRevision() < after;
        ClientCall<WatchRequest, WatchResponse> running = call;
        if (running != null) {
          running.request(1);
        }
      } finally {
        lock.unlock();
      }
      pump.report();
      if (message.getCanceled()) {
        canceled(message);
      } else if (behind) {
        long asked = after;
        Thread.ofVirtual().name("etcd-watch").start(() -> checkGiven(asked));
      }
    }

    private List<WatchListener.Event> events(WatchResponse message) {
      List<WatchListener.Event> events = new ArrayList<>(message.getEventsCount());
      for (Event each : message.getEventsList()) {
        events.add(
            each.getType() == Event.EventType.PUT
                ? new WatchListener.Event.Written(keys.entry(each.getKv()))
                : new WatchListener.Event.Deleted(
                    keys.key(each.getKv()), each.getKv().getModRevision()));
      }
      return events;
    }

    private void canceled(WatchResponse message) {
      if (message.getCompactRevision() > 0) {
        lose(
            new StoreException.HistoryGone(
                "etcd keeps changes from revision %d on, but those after %d were asked for"
                    .formatted(message.getCompactRevision(), lastRevision)));
      } else {
        broken(Status.PERMISSION_DENIED.withDescription(message.getCancelReason()));
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      broken(status);
    }

    void broken(Status status) {
      lock.lock();
      try {
        if (!current()) {
          return;
        }
        stream = null;
      } finally {
        lock.unlock();
      }
      cancel();
      Fate fate = Fate.of(new Member.Failed(status, true));
      client.react(fate, member);
      if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED) {
        lose(new StoreException.HistoryGone("more has changed than one message holds: " + status));
      } else if (fate == Fate.REFUSED) {
        lose(fate.exception(new Member.Failed(status, true), member, false));
      } else {
        again(status.toString());
      }
    }
  }
}
