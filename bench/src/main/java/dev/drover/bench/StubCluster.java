package dev.drover.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a gateway before nginx takes for a cluster: it knows no documents, but answers each request
/// at once, as a cluster would that has them. So what is measured is the way there. A large body it
/// takes in first.
final class StubCluster {
  private static final int HITS = 20;
  private static final String SHARED = "all-orders";
  private static final String OWN = "globex-orders";

  private StubCluster() {}

  static Nginx start(Path directory) throws IOException, InterruptedException {
    Path files = Files.createDirectory(directory.resolve("stub"));
    Files.writeString(files.resolve("own.json"), hits(OWN, ""));
    Files.writeString(files.resolve("shared.json"), hits(SHARED, "acme:"));
    Files.writeString(files.resolve("bulk.json"), bulk(SHARED, "acme:"));
    return Nginx.answering(
        directory,
        files,
        """
        location = / { return 200 '{"cluster_uuid":"a-stub","version":{"number":"3.8.0"}}'; }
        location /drover-memory { return 200 '{"found":false,"hits":{"hits":[]}}'; }
        location /raw/ { return 200 '%1$s'; }
        location /globex-orders/_doc/ { return 200 '%1$s'; }
        location /globex-orders/_search { return 405; error_page 405 =200 /own.json; }
        location /all-orders/_doc/ { return 200 '%2$s'; }
        location /all-orders/_search { return 405; error_page 405 =200 /shared.json; }
        location = /all-orders/_bulk {
          client_body_buffer_size 4m;
          proxy_method GET;
          proxy_pass_request_body off;
          proxy_set_header Content-Length "";
          proxy_set_header Connection "";
          proxy_http_version 1.1;
          proxy_pass http://unix:%3$s/files.sock:/bulk.json;
        }
        location = /_bulk {
          client_body_buffer_size 4m;
          proxy_method GET;
          proxy_pass_request_body off;
          proxy_set_header Content-Length "";
          proxy_set_header Connection "";
          proxy_http_version 1.1;
          proxy_pass http://unix:%3$s/files.sock:/bulk.json;
        }
        location ~ [.]json$ { internal; root %3$s; }
        """
            .formatted(answer(OWN, "d1"), answer(SHARED, "acme:d1"), files));
  }

  private static String answer(String index, String id) {
    return ("{\"_index\":\"%s\",\"_id\":\"%s\",\"_version\":7,\"result\":\"updated\","
            + "\"_shards\":{\"total\":2,\"successful\":2,\"failed\":0},\"_seq_no\":41,\"_primary_term\":3}")
        .formatted(index, id);
  }

  private static String hits(String index, String before) {
    StringBuilder text =
        new StringBuilder(
            "{\"took\":3,\"timed_out\":false,\"_shards\":{\"total\":2,\"successful\":2,\"skipped\":0,\"failed\":0},\"hits\":{\"total\":{\"value\":812,\"relation\":\"eq\"},\"max_score\":1.5,\"hits\":[");
    for (int i = 0; i < HITS; i++) {
      text.append(i == 0 ? "" : ",")
          .append(
              "{\"_index\":\"%s\",\"_id\":\"%sd%d\",\"_score\":1.5,%s\"_source\":%s}"
                  .formatted(
                      index,
                      before,
                      i,
                      before.isEmpty() ? "" : "\"_routing\":\"acme\",",
                      document(i)));
    }
    return text.append("]}}").toString();
  }

  private static String bulk(String index, String before) {
    StringBuilder text = new StringBuilder("{\"took\":30,\"errors\":false,\"items\":[");
    for (int i = 0; i < TenantBench.BULK; i++) {
      String one = answer(index, before + "d" + i);
      text.append(i == 0 ? "" : ",")
          .append("{\"index\":")
          .append(one, 0, one.length() - 1)
          .append(",\"status\":200}}");
    }
    return text.append("]}").toString();
  }

  /// About 1 KB.
  static String document(int number) {
    return "{\"n\":%d,\"name\":\"name-%d\",\"text\":\"%s\"}"
        .formatted(number, number, "lorem ipsum dolor sit amet ".repeat(36));
  }
}
