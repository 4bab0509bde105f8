package dev.drover.opensearch.node3;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.opensearch.Version;
import org.opensearch.analysis.common.CommonAnalysisModulePlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.index.reindex.ReindexModulePlugin;
import org.opensearch.ingest.common.IngestCommonModulePlugin;
import org.opensearch.join.ParentJoinModulePlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.node.NodeValidationException;
import org.opensearch.painless.PainlessModulePlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/// A single node of OpenSearch on loopback, until the process is ended.
public final class SingleNode extends Node {
  private static final List<Class<? extends Plugin>> PLUGINS =
      List.of(
          Netty4ModulePlugin.class,
          PainlessModulePlugin.class,
          ReindexModulePlugin.class,
          CommonAnalysisModulePlugin.class,
          ParentJoinModulePlugin.class,
          IngestCommonModulePlugin.class);

  private SingleNode(Environment environment) {
    super(environment, PLUGINS.stream().map(SingleNode::info).toList(), false);
  }

  private static PluginInfo info(Class<? extends Plugin> plugin) {
    return new PluginInfo(
        plugin.getName(),
        "from the class path",
        "NA",
        Version.CURRENT,
        "1.8",
        plugin.getName(),
        List.of(),
        false);
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
