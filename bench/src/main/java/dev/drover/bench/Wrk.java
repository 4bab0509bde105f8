package dev.drover.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// One kind of request, sent by the installed `wrk` as fast as it is answered.
///
/// @param script in Lua, as wrk takes it
record Wrk(String name, Path script) {
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
  private static final int IDS = 1_000;

  /// @param path in which `{}` stands for one of many ids
  /// @param headers besides those of wrk
  /// @param body empty for none
  static Wrk of(
      Path directory,
      String name,
      String method,
      String path,
      Map<String, String> headers,
      String body)
      throws IOException {
    String lines =
        headers.entrySet().stream()
            .map(each -> "[\"%s\"]=\"%s\"".formatted(each.getKey(), each.getValue()))
            .collect(Collectors.joining(","));
    String words = name.replaceAll("[^A-Za-z0-9]+", "-");
    Path file = directory.resolve(words + ".body");
    Files.writeString(file, body);
    String text =
        """
        local file = io.open("%s", "rb")
        local body = file:read("*a")
        file:close()
        if body == "" then body = nil end
        local all = {}
        local at = 0
        init = function(args)
          for i = 1, %d do
            local path = string.gsub("%s", "{}", "d" .. i)
            all[i] = wrk.format("%s", path, {%s}, body)
          end
        end
        request = function()
          at = at %% #all + 1
          return all[at]
        end
        """
            .formatted(file, path.contains("{}") ? IDS : 1, path, method, lines);
    Path script = directory.resolve(words + ".lua");
    Files.writeString(script, text);
    return new Wrk(name, script);
  }

  /// @return answers in a second
  /// @throws IOException if one was an error
  double run(int port, int connections, int seconds) throws IOException, InterruptedException {
    String said;
    try {
      said =
          Programs.run(
              List.of(
                  "wrk",
                  "-t1",
                  "-c" + connections,
                  "-d" + seconds + "s",
                  "--timeout",
                  "20s",
                  "-s",
                  script.toString(),
                  "http://127.0.0.1:" + port));
    } catch (IOException e) {
      throw new IOException("wrk is needed here: apt-get install wrk", e);
    }
    if (said.contains("Non-2xx") || said.contains("Socket errors")) {
      throw new IOException(name + ": not every request was answered well: " + said);
    }
    Matcher rate = RATE.matcher(said);
    if (!rate.find()) {
      throw new IOException("wrk said: " + said);
    }
    return Double.parseDouble(rate.group(1));
  }
}
