package dev.tailgate.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which module and package may know which; docs/architecture.md says why. */
class ArchitectureTest {
  private static final String STATS = "dev.tailgate.stats..";
  private static final String GRAPHS = "dev.tailgate.onnx..";
  private static final String QUANT = "dev.tailgate.quant..";
  private static final String REPORTS = "dev.tailgate.reports..";
  private static final String CLI = "dev.tailgate.cli..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.tailgate");

  @ParameterizedTest
  @ValueSource(strings = {STATS, GRAPHS, QUANT, REPORTS, CLI})
  void rulesSeeTheClassesOfEveryModule(String module) {
    // Rules over no classes hold whatever the code does.
    assertThat(CLASSES.that(describe(module, c -> c.getPackageName().startsWith(prefix(module)))))
        .hasSizeGreaterThan(5);
  }

  @Test
  void rulesSeeDependenciesOnLibraries() {
    assertThat(
            CLASSES.stream()
                .filter(c -> c.getPackageName().equals("dev.tailgate.quant.runtime"))
                .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
                .map(d -> d.getTargetClass().getPackageName()))
        .contains("ai.onnxruntime");
  }

  @Test
  void statisticsKnowNoOtherModule() {
    doesNotKnow(STATS, GRAPHS, QUANT, REPORTS, CLI);
  }

  @Test
  void graphsKnowNoOtherModule() {
    doesNotKnow(GRAPHS, STATS, QUANT, REPORTS, CLI);
  }

  @Test
  void runsKnowNeitherViewsNorCommands() {
    doesNotKnow(QUANT, REPORTS, CLI);
  }

  @Test
  void viewsKnowOnlyStatistics() {
    doesNotKnow(REPORTS, GRAPHS, QUANT, CLI);
  }

  @Test
  void onnxRuntimeStaysBehindTheRunner() {
    onlyIn("dev.tailgate.quant.runtime", "ai.onnxruntime..");
  }

  @Test
  void chartLibraryStaysBehindTheCharts() {
    onlyIn("dev.tailgate.reports.chart", "org.knowm.xchart..");
  }

  @Test
  void tokenizersStayBehindText() {
    onlyIn("dev.tailgate.quant.data.text", "ai.djl..");
  }

  @Test
  void databaseStaysBehindTables() {
    onlyIn("dev.tailgate.quant.data.table", "java.sql..");
    // Its classes are loaded by a loader of their own.
    noClasses().should().dependOnClassesThat().resideInAPackage("org.duckdb..").check(CLASSES);
  }

  @Test
  void imageDecodersStayBehindTheImages() {
    onlyIn("dev.tailgate.quant.data.image", "javax.imageio..");
  }

  @Test
  void junitStaysBehindItsExtension() {
    onlyIn("dev.tailgate.junit", "org.junit..");
  }

  @Test
  void csvReaderStaysBehindTheSeries() {
    onlyIn("dev.tailgate.quant.data.series", "org.apache.commons.csv..");
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
        .doNotBelongToAnyOf(Tailgate.class)
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(CLASSES);
  }

  private static void doesNotKnow(String module, String... others) {
    noClasses()
        .that()
        .resideInAPackage(module)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .check(CLASSES);
  }

  private static void onlyIn(String home, String library) {
    noClasses()
        .that()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CLASSES);
  }

  private static String prefix(String module) {
    return module.substring(0, module.length() - 2);
  }
}
