package dev.drover.opensearch.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.util.Map;

/// A gateway before two clusters, for clients that speak HTTP/1.1 without TLS.
public final class ClientRig implements AutoCloseable {
  private final GatewayRig rig;

  /// @param tenants each with its place, as `a/shared:orders`
  public ClientRig(int portA, int portB, Map<String, String> tenants) throws Exception {
    this.rig = new GatewayRig(portA, portB, tenants, HttpClient.Version.HTTP_1_1);
  }

  public int port() {
    return rig.gateway.port();
  }

  /// Writes a document.
  public void write(String tenant, String path, String document) throws Exception {
    assertThat(rig.ask(tenant, "PUT", path, document).status()).isEqualTo(201);
  }

  @Override
  public void close() {
    rig.close();
  }
}
