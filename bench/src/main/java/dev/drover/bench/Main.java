package dev.drover.bench;

import dev.drover.store.records.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `drover bench`: runs measurements one after the other, prints them and keeps them in
/// `bench/RESULTS.md`.
///
/// | exit code | |
/// |---|---|
/// | 0 | every threshold was met |
/// | 1 | one was missed, or a bench failed |
/// | 2 | the command line cannot be used |
@Command(
    name = "drover bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures Drover side by side with what else could do the job.",
      "Writes bench/RESULTS.md, unless --quick."
    })
public final class Main implements Callable<Integer> {
  private static final List<Bench> BENCHES =
      List.of(
          new GateBench(),
          new CopyBench(),
          new PauseBench(),
          new StartBench(),
          new GatewayBench(),
          new ScaleBench(),
          new TenantBench(),
          new TenantCopyBench(),
          new TenantPauseBench());

  @Parameters(
      paramLabel = "NAME",
      description =
          "Which: gate, copy, pause, start, gateway, scale, tenants, tenants-copy, tenants-pause. All of them if none is named.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--quick",
      description = "Smaller and fewer, only to see that it works. Writes no file.")
  private boolean quick;

  @Option(names = "--json", description = "Prints one JSON document instead of tables.")
  private boolean json;

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    List<String> all = BENCHES.stream().map(Bench::name).toList();
    for (String name : names) {
      if (!all.contains(name)) {
        System.err.println("drover: there is no bench '" + name + "': " + String.join(", ", all));
        return 2;
      }
    }
    Setup setup = new Setup(quick, Setup.findHome());
    Machine machine = Machine.look(setup.home());
    ResultsFile results = new ResultsFile(setup.home().resolve("bench").resolve("RESULTS.md"), all);
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("machine", machine.json());
    boolean well = true;
    for (Bench bench : BENCHES) {
      if (names.isEmpty() || names.contains(bench.name())) {
        well &= run(bench, setup, machine, results, document);
      }
    }
    if (json) {
      System.out.println(Records.json().writeValueAsString(document));
    }
    return well ? 0 : 1;
  }

  private boolean run(
      Bench bench, Setup setup, Machine machine, ResultsFile results, Map<String, Object> document)
      throws InterruptedException {
    System.err.println("measuring " + bench.name() + (quick ? " (quick)" : "") + " …");
    Report report = new Report();
    String busyness = Machine.busyness();
    try {
      bench.run(setup, report);
      report.note(busyness);
      document.put(
          bench.name(),
          Map.of(
              "lines",
              report.lines(),
              "tables",
              report.tables(),
              "notes",
              report.notes(),
              "quick",
              quick));
      if (!json) {
        System.out.println(bench.name() + " · " + machine.line());
        System.out.print(report.text());
        report.notes().forEach(note -> System.out.println("  - " + note));
        System.out.println();
      }
      if (!quick) {
        keep(bench, machine, results, report, setup.home());
      }
      return !report.missed();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      System.err.println("drover: bench '" + bench.name() + "' failed: " + e);
      if (!(e instanceof IOException)) {
        e.printStackTrace();
      }
      document.put(bench.name(), Map.of("failed", e.toString()));
      return false;
    }
  }

  private static void keep(
      Bench bench, Machine machine, ResultsFile results, Report report, Path home)
      throws IOException {
    if (Files.isDirectory(home.resolve("bench"))) {
      results.replace(bench, machine, report);
    }
  }
}
