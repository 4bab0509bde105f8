package dev.drover.opensearch.node2;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.index.reindex.ReindexPlugin;
import org.opensearch.ingest.common.IngestCommonPlugin;
import org.opensearch.join.ParentJoinPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.node.NodeValidationException;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.transport.Netty4Plugin;

/// A single node of OpenSearch on loopback, until the process is ended.
public final class SingleNode extends Node {
  private static final List<Class<? extends Plugin>> PLUGINS =
      List.of(
          Netty4Plugin.class,
          PainlessPlugin.class,
          ReindexPlugin.class,
          CommonAnalysisPlugin.class,
          ParentJoinPlugin.class,
          IngestCommonPlugin.class);

  private SingleNode(Environment environment) {
    super(environment, PLUGINS, false);
  }

  /// @param args the port, the directory for its data, and more settings as `key=value`
  public static void main(String[] args)
      throws IOException, NodeValidationException, InterruptedException {
    Path directory = Path.of(args[1]).toAbsolutePath();
    Files.createDirectories(directory.resolve("config"));
    Settings.Builder settings =
        Settings.builder()
            .put("path.home", directory.toString())
            .put("path.data", directory.resolve("data").toString())
            .put("path.logs", directory.resolve("logs").toString())
            .put("cluster.name", "drover-" + args[0])
            .put("node.name", "node-" + args[0])
            .put("http.port", args[0])
            .put("transport.port", "0")
            .put("network.host", "127.0.0.1")
            .put("discovery.type", "single-node")
            .put("http.type", "netty4")
            .put("transport.type", "netty4")
            .put("cluster.routing.allocation.disk.threshold_enabled", false);
    for (int i = 2; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      settings.put(args[i].substring(0, equals), args[i].substring(equals + 1));
    }
    CountDownLatch ended = new CountDownLatch(1);
    try (SingleNode node =
        new SingleNode(
            InternalSettingsPreparer.prepareEnvironment(
                settings.build(), Map.of(), null, () -> "node"))) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(node, ended), "end"));
      node.start();
      ended.await();
    }
  }

  private static void end(SingleNode node, CountDownLatch ended) {
    try {
      node.close();
    } catch (IOException e) {
      System.err.println("the node did not end cleanly: " + e);
    }
    ended.countDown();
  }
}
