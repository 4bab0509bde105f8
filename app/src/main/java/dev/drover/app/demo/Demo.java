package dev.drover.app.demo;

import dev.drover.app.StartException;
import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.app.client.MoveFollower;
import dev.drover.app.client.MovePrinter;
import dev.drover.app.client.Terminal;
import dev.drover.engine.demo.DemoKit;
import dev.drover.engine.demo.SampleContent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Moves a partition there and back under traffic, and counts.
public final class Demo {
  /// What the driver does before the copy is done; the steps of the record stand for it until the
  /// driver has begun.
  private static final Set<String> COPYING =
      Set.of(
          "Claiming",
          "Confirming",
          "Fencing",
          "Looking",
          "Preparing",
          "Noting",
          "Saving",
          "Copying",
          "prepare",
          "copy",
          "");

  private final DemoOptions options;
  private final Terminal terminal;

  /// @param terminal where the result goes; with [DemoOptions#json] nothing else does
  public Demo(DemoOptions options, Terminal terminal) {
    this.options = options;
    this.terminal = terminal;
  }

  /// Runs it.
  ///
  /// @return whether nothing was lost, stale or wrong
  /// @throws StartException if it could not be carried out
  public boolean run() throws StartException, InterruptedException {
    long began = System.nanoTime();
    DemoSubject subject = DemoSubject.of(options.plug());
    say("starting two " + subject.kit().servers() + ", a drover server and two gateways");
    try (DemoFleet fleet = DemoFleet.start(subject, options.binary(), options.keep())) {
      DemoResult result = run(subject.kit(), fleet, began);
      if (options.json()) {
        terminal.line(result.json());
      } else {
        new DemoPrinter(terminal, subject.plug().traits().nouns().items()).print(result);
      }
      if (options.keep()) {
        say("data and logs: " + fleet.directory());
      }
      return result.well();
    } catch (ApiException | IOException e) {
      throw new StartException("the demo could not be carried out: " + e.getMessage(), e);
    }
  }

  private DemoResult run(DemoKit kit, DemoFleet fleet, long began)
      throws ApiException, IOException, InterruptedException {
    String homes = fleet.version();
    SampleContent content = kit.content(options.keys());
    say("writing " + content.told() + " to " + homes);
    content.fill(fleet.bluePort());
    try (Traffic traffic = Traffic.start(kit, fleet.gatewayPorts(), options.writers())) {
      say(options.writers() + " clients write through both gateways, and others read");
      List<DemoResult.Moved> moves = new ArrayList<>();
      for (DemoKit.Step step : kit.steps()) {
        Thread.sleep(TimeUnit.SECONDS.toMillis(options.seconds()));
        moves.add(move(fleet, step, traffic));
      }
      Thread.sleep(TimeUnit.SECONDS.toMillis(1));
      traffic.stop();
      say("reading everything again");
      long lost = traffic.lost();
      SampleContent.Checked checked = content.check(fleet.gatewayPorts().getLast());
      List<String> examples = new ArrayList<>(traffic.examples());
      checked.names().forEach(name -> examples.add("wrong: " + name));
      return new DemoResult(
          new DemoResult.Setting(homes, options.keys(), options.writers()),
          new DemoResult.Operations(
              traffic.writes(), lost, traffic.reads(), traffic.stale(), traffic.refused()),
          checked,
          examples,
          new DemoResult.WriteTimes(traffic.atRest(), traffic.moving()),
          moves,
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    }
  }

  private DemoResult.Moved move(DemoFleet fleet, DemoKit.Step step, Traffic traffic)
      throws ApiException, InterruptedException {
    say("moving " + step.partition() + " to " + step.to());
    ApiClient client = fleet.client();
    String partition = fleet.partition().engine() + "/" + step.partition();
    Map<String, String> request = Map.of("partition", partition, "to", step.to());
    MovePrinter printer = new MovePrinter(terminal);
    long began = System.nanoTime();
    long[] copied = {0};
    traffic.inMove(true);
    String id = Json.parse(client.post("/v1/moves", request)).text("id");
    Json summary =
        new MoveFollower(client, id)
            .follow(
                state -> {
                  if (copied[0] == 0 && !COPYING.contains(state.get("progress").text("stage"))) {
                    copied[0] = System.nanoTime() - began;
                  }
                  if (!options.json()) {
                    printer.accept(state);
                  }
                });
    traffic.inMove(false);
    long took = copied[0] == 0 ? System.nanoTime() - began : copied[0];
    if (!options.json()) {
      printer.end();
    }
    Json certificate =
        summary.text("outcome").equals("COMPLETED")
            ? client.json("/v1/certificates/" + id).get("certificate")
            : Json.parse("{}".getBytes(StandardCharsets.UTF_8));
    return new DemoResult.Moved(summary, certificate, TimeUnit.NANOSECONDS.toMillis(took));
  }

  private void say(String text) {
    if (!options.json()) {
      terminal.line(terminal.faint(text));
    }
  }
}
