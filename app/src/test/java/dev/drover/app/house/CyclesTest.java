package dev.drover.app.house;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.Test;

/// No class of a gateway needs one that needs it: each can be read, and tested, after those that it
/// is made of.
final class CyclesTest {
  private static final JavaClasses GATEWAYS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(
              "dev.drover.gateway", "dev.drover.redis.gateway", "dev.drover.opensearch");

  @Test
  void theClassesOfGatewaysFormNoCycle() {
    slices().assignedFrom(new TopLevelClasses()).should().beFreeOfCycles().check(GATEWAYS);
  }

  /// A class with those inside it.
  private static final class TopLevelClasses implements SliceAssignment {
    @Override
    public String getDescription() {
      return "top-level classes";
    }

    @Override
    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
      JavaClass top = javaClass;
      while (top.getEnclosingClass().isPresent()) {
        top = top.getEnclosingClass().get();
      }
      return top.getPackageName().startsWith("dev.drover.")
              && top.getPackageName().contains("gateway")
              && !top.getSimpleName().equals("package-info")
          ? SliceIdentifier.of(top.getName())
          : SliceIdentifier.ignore();
    }
  }
}
