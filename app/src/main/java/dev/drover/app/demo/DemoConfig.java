package dev.drover.app.demo;

import java.util.List;
import java.util.stream.Collectors;

/// The configuration of a server, two homes, one partition and gateways, all on loopback.
///
/// @param api where the server listens; 0 for any port
/// @param store where its store does
/// @param gateways where gateways `g1`… listen
public record DemoConfig(
    DemoSubject subject, DemoHomes homes, int api, int store, List<Integer> gateways) {
  /// In YAML.
  public String text() {
    StringBuilder text =
        new StringBuilder(
            """
            server:
              name: demo
              listen: 127.0.0.1:%d
              store: 127.0.0.1:%d
              data: store
            homes:
            %s%s%s:
            %sgateways:
            """
                .formatted(
                    api,
                    store,
                    home("blue", homes.blue()),
                    home("green", homes.green()),
                    subject.plug().partitionsKey(),
                    partitions()));
    for (int i = 0; i < gateways.size(); i++) {
      text.append(gateway("g" + (i + 1), gateways.get(i)));
    }
    return text.toString();
  }

  private String partitions() {
    return subject.kit().partitions().stream()
        .map("  - {%s}\n"::formatted)
        .collect(Collectors.joining());
  }

  private String home(String name, int port) {
    return "  - {name: %s, engine: %s, %s}\n"
        .formatted(name, subject.plug().engine(), subject.kit().homes().homeKeys(port));
  }

  private String gateway(String name, int port) {
    return "  - {name: %s, engine: %s, listen: \"127.0.0.1:%d\", data: %s%s}\n"
        .formatted(name, subject.plug().engine(), port, name, subject.kit().gatewayKeys());
  }
}
