package dev.drover.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// SIGHUP, by which Unix daemons read their configuration again. Without this it would end the
/// process.
///
/// The JDK has signals only in `sun.misc` (module jdk.unsupported). Its compiler warns of each use
/// and cannot be told not to, so it is called by reflection.
final class Hangup {
  private static final Logger LOG = LoggerFactory.getLogger(Hangup.class);

  private final ExecutorService one =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("hangup").factory());
  private final AtomicBoolean due = new AtomicBoolean();
  private final CompletableFuture<Runnable> reload = new CompletableFuture<>();

  private Hangup() {}

  /// Takes the signal from now on. What comes before [#runs] is carried out then.
  static Hangup taken() {
    Hangup taken = new Hangup();
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object handles =
          Proxy.newProxyInstance(
              Hangup.class.getClassLoader(),
              new Class<?>[] {handler},
              (_, method, _) -> {
                if (method.getName().equals("handle")) {
                  taken.came();
                }
                return null;
              });
      Object hup = signal.getConstructor(String.class).newInstance("HUP");
      Object before = signal.getMethod("handle", signal, handler).invoke(null, hup, handles);
      // The JVM leaves a signal ignored that was so when it started.
      if (before.equals(handler.getField("SIG_IGN").get(null))) {
        LOG.warn(
            "SIGHUP does nothing here: whoever started this process has it ignored, as nohup does. To have the configuration read again by SIGHUP, start it without nohup, such as with setsid or by systemd");
      }
    } catch (InvocationTargetException e) {
      LOG.info("SIGHUP cannot be used here: {}", String.valueOf(e.getCause()));
    } catch (ReflectiveOperationException e) {
      LOG.warn("SIGHUP cannot be used with this JDK: {}", e.toString());
    }
    return taken;
  }

  /// Runs this after each SIGHUP, one at a time. Those that come before it has begun count as one.
  void runs(Runnable what) {
    reload.complete(what);
  }

  private void came() {
    if (due.compareAndSet(false, true)) {
      one.execute(
          () -> {
            Runnable what = reload.join();
            due.set(false);
            what.run();
          });
    }
  }
}
