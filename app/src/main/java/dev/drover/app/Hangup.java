package dev.drover.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
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

  private Hangup() {}

  /// Runs this after each SIGHUP, one at a time. Those that come before it has begun count as one.
  static void runs(Runnable reload) {
    ExecutorService one =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("hangup").factory());
    AtomicBoolean due = new AtomicBoolean();
    Runnable once =
        () -> {
          due.set(false);
          reload.run();
        };
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object runs =
          Proxy.newProxyInstance(
              Hangup.class.getClassLoader(),
              new Class<?>[] {handler},
              (_, method, _) -> {
                if (method.getName().equals("handle") && due.compareAndSet(false, true)) {
                  one.execute(once);
                }
                return null;
              });
      Object hup = signal.getConstructor(String.class).newInstance("HUP");
      Object _ = signal.getMethod("handle", signal, handler).invoke(null, hup, runs);
    } catch (InvocationTargetException e) {
      LOG.info("SIGHUP cannot be used here: {}", String.valueOf(e.getCause()));
    } catch (ReflectiveOperationException e) {
      LOG.warn("SIGHUP cannot be used with this JDK: {}", e.toString());
    }
  }
}
