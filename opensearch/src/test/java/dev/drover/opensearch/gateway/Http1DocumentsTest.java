package dev.drover.opensearch.gateway;

import java.net.http.HttpClient;
import org.junit.jupiter.api.BeforeAll;

class Http1DocumentsTest extends DocumentsThroughTheGateway {
  @BeforeAll
  static void start() throws Exception {
    start(HttpClient.Version.HTTP_1_1);
  }
}
