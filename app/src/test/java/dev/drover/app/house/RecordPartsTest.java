package dev.drover.app.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.PackageTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import java.util.Map;
import java.util.TreeMap;
import javax.lang.model.element.Modifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A record of many parts is made of smaller ones, so that a call says what each value is. By the
/// sources: some modules are compiled after this one.
final class RecordPartsTest {
  private static final int PARTS_MAX = 8;

  /// What is stored as it is, in a flat form, and why it stays so.
  private static final Map<String, String> EXCEPTIONS =
      Map.of(
          "dev.drover.core.Certificate", "signed",
          "dev.drover.control.MoveSummary", "stored",
          "dev.drover.store.records.KeptRecord", "stored",
          "dev.drover.torture.history.Op", "logged");

  private static final Map<String, Integer> PARTS = new TreeMap<>();

  @BeforeAll
  static void countParts() throws Exception {
    for (CompilationUnitTree unit : Sources.parsed(Sources.all()).units()) {
      new Parts().scan(unit, null);
    }
    assertThat(PARTS).hasSizeGreaterThan(300);
  }

  @Test
  void noRecordHasMoreThanEightParts() {
    Map<String, Integer> tooMany = new TreeMap<>(PARTS);
    tooMany.values().removeIf(parts -> parts <= PARTS_MAX);
    tooMany.keySet().removeAll(EXCEPTIONS.keySet());
    assertThat(tooMany).isEmpty();
  }

  @Test
  void everyExceptionIsNeeded() {
    assertThat(EXCEPTIONS.keySet()).allMatch(name -> PARTS.getOrDefault(name, 0) > PARTS_MAX);
  }

  /// Counts the parts of the records in a file. In a record every field that is not static is one.
  private static final class Parts extends TreeScanner<Void, Void> {
    private String outer = "";

    @Override
    public Void visitPackage(PackageTree node, Void unused) {
      outer = node.getPackageName().toString();
      return null;
    }

    @Override
    public Void visitClass(ClassTree node, Void unused) {
      String before = outer;
      outer = before + "." + node.getSimpleName();
      if (node.getKind() == Tree.Kind.RECORD) {
        long parts = node.getMembers().stream().filter(Parts::part).count();
        PARTS.merge(outer, (int) parts, Math::max);
      }
      super.visitClass(node, null);
      outer = before;
      return null;
    }

    private static boolean part(Tree member) {
      return member instanceof VariableTree field
          && !field.getModifiers().getFlags().contains(Modifier.STATIC);
    }
  }
}
