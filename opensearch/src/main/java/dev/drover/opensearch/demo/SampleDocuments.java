package dev.drover.opensearch.demo;

import dev.drover.engine.demo.SampleContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Documents whose content follows from their number: of the tenant at the shared index, and half
/// as many of the one that has indices of its own.
///
/// @param count of the first of them
record SampleDocuments(int count) implements SampleContent {
  /// A document is as much work as so many keys.
  static final int FEWER = 10;

  private static final int PAGE = 1_000;
  private static final int TIME_MILLIS_MAX = 60_000;
  private static final String SHAPE =
      """
      {"settings":{"number_of_shards":2,"number_of_replicas":0},
       "mappings":{"dynamic":"strict","properties":{
         "n":{"type":"long"},"name":{"type":"keyword"},"text":{"type":"text"}}}}
      """;

  @Override
  public String told() {
    return count + count / 2 + " documents";
  }

  private int of(String tenant) {
    return tenant.equals(TenantDemoKit.SHARED) ? count : count / 2;
  }

  private static String id(int number) {
    return "d" + number;
  }

  private static String document(String tenant, int number) {
    return "{\"n\":%d,\"name\":\"%s-%d\",\"text\":\"%s\"}"
        .formatted(number, tenant, number, Integer.toHexString(number * 0x9E3779B1).repeat(20));
  }

  @Override
  public void fill(int port) throws IOException {
    String _ = ask(port, "PUT", "/" + TenantDemoKit.INDEX, "", SHAPE);
    String own = TenantDemoKit.OWN + "-" + TenantDemoKit.INDEX;
    String _ = ask(port, "PUT", "/" + own, "", SHAPE);
    fill(port, TenantDemoKit.SHARED, TenantDemoKit.INDEX, true);
    fill(port, TenantDemoKit.OWN, own, false);
  }

  /// As a gateway would have written them.
  private void fill(int port, String tenant, String index, boolean shared) throws IOException {
    for (int from = 0; from < of(tenant); from += PAGE) {
      StringBuilder bulk = new StringBuilder();
      for (int i = from; i < Math.min(from + PAGE, of(tenant)); i++) {
        bulk.append(
            shared
                ? "{\"index\":{\"_id\":\"%s:%s\",\"routing\":\"%s\"}}\n"
                    .formatted(tenant, id(i), tenant)
                : "{\"index\":{\"_id\":\"%s\"}}\n".formatted(id(i)));
        bulk.append(document(tenant, i)).append('\n');
      }
      String answer = ask(port, "POST", "/" + index + "/_bulk", "", bulk.toString());
      if (!answer.contains("\"errors\":false")) {
        throw new IOException("documents could not be written: " + answer);
      }
    }
  }

  @Override
  public Checked check(int port) throws IOException {
    List<String> wrong = new ArrayList<>();
    int read = 0;
    for (String tenant : List.of(TenantDemoKit.SHARED, TenantDemoKit.OWN)) {
      for (int from = 0; from < of(tenant); from += PAGE) {
        int to = Math.min(from + PAGE, of(tenant));
        read += to - from;
        wrong.addAll(wrong(port, tenant, from, to));
      }
    }
    return Checked.of(read, wrong);
  }

  private static List<String> wrong(int port, String tenant, int from, int to) throws IOException {
    List<String> ids = new ArrayList<>();
    for (int i = from; i < to; i++) {
      ids.add(id(i));
    }
    String asked = JsonMapper.shared().writeValueAsString(Map.of("ids", ids));
    String path = "/" + TenantDemoKit.INDEX + "/_mget";
    JsonNode documents =
        JsonMapper.shared().readTree(ask(port, "POST", path, tenant, asked)).path("docs");
    List<String> wrong = new ArrayList<>();
    for (int i = from; i < to; i++) {
      JsonNode there = documents.path(i - from).path("_source");
      if (!there.equals(JsonMapper.shared().readTree(document(tenant, i)))) {
        wrong.add(tenant + "/" + id(i));
      }
    }
    return wrong;
  }

  /// @param tenant whose request it is; empty past all gateways
  private static String ask(int port, String method, String path, String tenant, String body)
      throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setConnectTimeout(TIME_MILLIS_MAX);
    connection.setReadTimeout(TIME_MILLIS_MAX);
    connection.setDoOutput(true);
    boolean lines = path.endsWith("_bulk");
    connection.setRequestProperty(
        "Content-Type", lines ? "application/x-ndjson" : "application/json");
    if (!tenant.isEmpty()) {
      connection.setRequestProperty("X-Tenant", tenant);
    }
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body.getBytes(StandardCharsets.UTF_8));
    }
    boolean well = connection.getResponseCode() < HttpURLConnection.HTTP_BAD_REQUEST;
    try (InputStream in = well ? connection.getInputStream() : connection.getErrorStream()) {
      String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      if (!well) {
        throw new IOException(
            method + " " + path + ": " + connection.getResponseCode() + " " + answer);
      }
      return answer;
    }
  }
}
