package dev.drover.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The command that runs a class in another JVM like this one, as a process of its own. Such
/// processes start faster from an archive of classes (an AOT cache of the JDK), if who has started
/// this one has named it:
///
/// | system property | |
/// |---|---|
/// | `drover.archive` | the archive's file |
/// | `drover.archive.collector` | the collector that it was made with and is bound to; G1 if it is not set |
/// | `drover.archive.classpath` | a file with the class path that it is bound to; if it is not set, this JVM's own |
/// | `drover.archive.module` | the artifact whose classes stand as a directory in this JVM's class path |
public final class JvmCommand {
  private static final String CLASS_PATH = "java.class.path";

  /// Where code is small and starts often.
  public static final String SERIAL = "Serial";

  /// Where latency counts.
  public static final String G1 = "G1";

  private JvmCommand() {}

  /// @param collector [#SERIAL] or [#G1], as the JVM names it in `-XX:+Use…GC`
  /// @param flags of the JVM, besides those that all of Drover's have
  /// @param main the class that is run
  public static List<String> of(
      String collector, List<String> flags, String main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    command.add("-XX:+Use%sGC".formatted(collector));
    command.addAll(flags);
    String classPath = System.getProperty(CLASS_PATH);
    if (archived().filter(collector::equals).isPresent()) {
      command.addAll(List.of("-XX:AOTCache=" + archive(), "-Xlog:aot=off", "-Xlog:cds=off"));
      classPath = boundTo(classPath);
    }
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(arguments);
    return command;
  }

  /// The collector that the archive is bound to; empty if there is no archive.
  public static Optional<String> archived() {
    String archive = archive();
    return !archive.isEmpty() && Files.exists(Path.of(archive))
        ? Optional.of(System.getProperty("drover.archive.collector", G1))
        : Optional.empty();
  }

  private static String archive() {
    return System.getProperty("drover.archive", "");
  }

  /// The archive's class path first, for the JVM takes an archive only if the class path begins so,
  /// and then what is not in it. What stood there twice would be found twice.
  private static String boundTo(String classPath) {
    String file = System.getProperty("drover.archive.classpath", "");
    if (file.isEmpty()) {
      return classPath;
    }
    String separator = System.getProperty("path.separator");
    List<String> all = new ArrayList<>();
    try {
      all.addAll(List.of(Files.readString(Path.of(file)).strip().split(separator, -1)));
    } catch (IOException e) {
      throw new UncheckedIOException("the archive's class path cannot be read from " + file, e);
    }
    Set<String> names = all.stream().map(JvmCommand::name).collect(Collectors.toSet());
    String module = System.getProperty("drover.archive.module", "");
    for (String entry : classPath.split(separator, -1)) {
      boolean own = entry.endsWith("classes") && !entry.endsWith("test-classes");
      boolean there =
          own
              ? names.stream().anyMatch(name -> name.matches(Pattern.quote(module) + "-\\d.*"))
              : names.contains(name(entry));
      if (!there) {
        all.add(entry);
      }
    }
    return String.join(separator, all);
  }

  private static String name(String entry) {
    return String.valueOf(Path.of(entry).getFileName());
  }
}
