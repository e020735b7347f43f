package dev.tailgate.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.tailgate.Tailgate;
import dev.tailgate.result.gate.Gate;
import dev.tailgate.run.audit.Audit;
import dev.tailgate.run.compare.CompareRuns;
import dev.tailgate.run.cure.CureRun;
import dev.tailgate.run.heal.HealRun;
import dev.tailgate.run.heal.Healing;
import dev.tailgate.run.inspect.Inspector;
import dev.tailgate.run.quantize.QuantizeRun;
import dev.tailgate.run.rewrite.RewriteRun;
import dev.tailgate.run.train.TrainRun;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which module and package may know which; docs/architecture.md says why. */
class ArchitectureTest {
  /** A module and the modules it may know, from the ground up; docs/architecture.md draws it. */
  private static final Map<String, Set<String>> KNOWS = knows();

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          // Tests that modules share come as archives.
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.tailgate");

  static Set<String> modules() {
    return KNOWS.keySet();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void rulesSeeTheClassesOfEveryModule(String module) {
    // Rules over no classes hold whatever the code does.
    String prefix = "dev.tailgate." + module;
    assertThat(CLASSES.that(describe(module, c -> c.getPackageName().startsWith(prefix))))
        .hasSizeGreaterThan(5);
  }

  @Test
  void rulesSeeDependenciesOnLibraries() {
    assertThat(
            CLASSES.stream()
                .filter(c -> c.getPackageName().equals("dev.tailgate.engine"))
                .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
                .map(d -> d.getTargetClass().getPackageName()))
        .contains("ai.onnxruntime");
  }

  @ParameterizedTest
  @MethodSource("modules")
  void modulesKnowOnlyWhatLiesBelow(String module) {
    String[] others =
        KNOWS.keySet().stream()
            .filter(other -> !other.equals(module) && !KNOWS.get(module).contains(other))
            .map(ArchitectureTest::inside)
            .toArray(String[]::new);
    if (others.length > 0) {
      noClasses()
          .that()
          .resideInAPackage(inside(module))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .check(CLASSES);
    }
  }

  @Test
  void whatIsBehindTheFrontDoorDoesNotKnowIt() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.tailgate", "dev.tailgate.junit", "dev.tailgate.cli..")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(Tailgate.class)
        .check(CLASSES);
  }

  @Test
  void commandsRunNothingButThroughTheFrontDoor() {
    noClasses()
        .that()
        .resideInAPackage("dev.tailgate.cli..")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(
            Audit.class,
            RewriteRun.class,
            QuantizeRun.class,
            HealRun.class,
            Healing.class,
            TrainRun.class,
            CureRun.class,
            CompareRuns.class,
            Inspector.class,
            Gate.class)
        .check(CLASSES);
  }

  @Test
  void onnxRuntimeStaysBehindTheRunner() {
    onlyIn("dev.tailgate.engine", "ai.onnxruntime..");
  }

  @Test
  void chartLibraryStaysBehindTheCharts() {
    onlyIn("dev.tailgate.page.chart", "org.knowm.xchart..", "org.apache.xmlgraphics..");
  }

  @Test
  void tokenizersStayBehindText() {
    onlyIn("dev.tailgate.data.text", "ai.djl..");
  }

  @Test
  void databaseStaysBehindTables() {
    onlyIn("dev.tailgate.data.table", "java.sql..");
    // Its classes are loaded by a loader of their own.
    noClasses().should().dependOnClassesThat().resideInAPackage("org.duckdb..").check(CLASSES);
  }

  @Test
  void imageDecodersStayBehindTheImages() {
    onlyIn("dev.tailgate.data.image", "javax.imageio..");
  }

  @Test
  void junitStaysBehindItsExtension() {
    onlyIn("dev.tailgate.junit", "org.junit..");
  }

  @Test
  void protobufStaysBehindTheGraphLayer() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.tailgate.onnx.ir", "dev.tailgate.onnx.proto..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tailgate.onnx.proto..")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.tailgate.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheTopCommandEndsTheProcess() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(Main.class)
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(CLASSES);
  }

  private static Map<String, Set<String>> knows() {
    Map<String, Set<String>> knows = new LinkedHashMap<>();
    knows.put("file", Set.of());
    knows.put("stats", Set.of());
    knows.put("onnx", Set.of("file"));
    knows.put("model", Set.of("file", "onnx"));
    knows.put("result", Set.of("file", "stats"));
    knows.put("engine", Set.of("file", "onnx"));
    knows.put("data", Set.of("file", "onnx", "engine"));
    knows.put("quant", Set.of("file", "stats", "onnx", "result", "engine", "data"));
    knows.put("heal", Set.of("file", "stats", "onnx", "result", "engine", "data", "quant"));
    knows.put("train", Set.of("file", "stats", "onnx", "result", "engine", "data", "quant"));
    knows.put(
        "lab",
        Set.of("file", "stats", "onnx", "model", "result", "engine", "data", "quant", "train"));
    knows.put(
        "run",
        Set.of(
            "file", "stats", "onnx", "model", "result", "engine", "data", "quant", "heal",
            "train"));
    knows.put("page", Set.of("file", "stats", "result"));
    knows.put("cli", Set.copyOf(knows.keySet()));
    return knows;
  }

  private static String inside(String module) {
    return "dev.tailgate." + module + "..";
  }

  private static void onlyIn(String home, String... libraries) {
    noClasses()
        .that()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(libraries)
        .check(CLASSES);
  }
}
