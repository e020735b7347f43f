package dev.tailgate.quant.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.ReferenceModel;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.kit.NamedGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointFilterTest {
  @TempDir Path folder;

  private OnnxModel twoProducts() {
    return new NamedGraph()
        .input("x", -1, 8)
        .weight("w", 8, 8)
        .node("MatMul", "/block/first", "x", "w")
        .node("Relu", "r", "/block/first")
        .node("MatMul", "/block/second", "r", "w")
        .outputs("/block/second");
  }

  private static PlacementPlan plan(OnnxModel model, List<String> include, List<String> exclude) {
    return Plans.of(
        Placement.TRANSFORMER,
        model,
        new PlacementRequest(PointFilter.of(include, exclude), false));
  }

  private static List<String> kept(PlacementPlan plan) {
    return plan.keptFloat().stream().map(k -> k.node() + ": " + k.reason()).toList();
  }

  private static List<String> readersOfTheWeight(PlacementPlan plan) {
    return plan.weights().stream()
        .flatMap(weight -> weight.uses().stream())
        .map(use -> use.node().name())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"name:/block/fir*", "name:x", "/fir.t$/", "name:?block?first"})
  void anExcludedProductReadsFloatAndSaysByWhat(String selector) {
    PlacementPlan plan = plan(twoProducts(), List.of(), List.of(selector));
    assertThat(kept(plan)).containsExactly("/block/first: excluded by " + selector);
    assertThat(plan.activations()).extracting(c -> c.tensor()).containsExactly("r");
  }

  @Test
  void aWeightOfAnExcludedAndAnotherProductIsQuantizedForTheOtherAlone() {
    PlacementPlan plan = plan(twoProducts(), List.of(), List.of("name:/block/first"));
    assertThat(readersOfTheWeight(plan)).containsExactly("/block/second");
  }

  @Test
  void excludingAWeightExcludesAllThatReadIt() {
    PlacementPlan plan = plan(twoProducts(), List.of(), List.of("name:w"));
    assertThat(plan.weights()).isEmpty();
    assertThat(plan.activations()).isEmpty();
    assertThat(plan.keptFloat()).hasSize(2);
  }

  @Test
  void onlyWhatIsIncludedIsQuantized() {
    PlacementPlan plan = plan(twoProducts(), List.of("name:*second"), List.of());
    assertThat(readersOfTheWeight(plan)).containsExactly("/block/second");
    assertThat(kept(plan)).containsExactly("/block/first: not among what is included");
  }

  @Test
  void exclusionWinsOverInclusion() {
    PlacementPlan plan = plan(twoProducts(), List.of("op:MatMul"), List.of("/second/"));
    assertThat(readersOfTheWeight(plan)).containsExactly("/block/first");
  }

  @Test
  void layersAndRolesAreThoseOfTheModel() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    int all = plan(model, List.of(), List.of()).weights().size();
    PlacementPlan middle = plan(model, List.of("layer:1"), List.of());
    assertThat(middle.weights()).isNotEmpty().allMatch(weight -> weight.layer() == 1);
    PlacementPlan ends = plan(model, List.of(), List.of("layer:1-1"));
    assertThat(ends.weights()).hasSize(all - middle.weights().size());
    PlacementPlan feedForward = plan(model, List.of("role:ffn_act"), List.of());
    assertThat(feedForward.activations())
        .hasSize(3)
        .allMatch(candidate -> candidate.role().equals("ffn_act"));
    assertThat(feedForward.weights()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"op:Matmul", "name:/block/frist", "role:fn_act", "layer:7", "/^z/"})
  void aSelectorThatMatchesNothingIsRefused(String selector) {
    assertThatThrownBy(() -> plan(twoProducts(), List.of(), List.of(selector)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(selector);
  }

  @Test
  void theNearestNamesAreOffered() {
    assertThatThrownBy(() -> plan(twoProducts(), List.of(), List.of("name:/block/frist")))
        .hasMessageContaining("The nearest are /block/first");
    assertThatThrownBy(() -> plan(twoProducts(), List.of(), List.of("op:Matmul")))
        .hasMessageContaining("op:MatMul");
  }

  @ParameterizedTest
  @ValueSource(strings = {"MatMul", "op:", "kind:x", "layer:3-1", "layer:x", "/(/", "/", ""})
  void whatIsNoSelectorIsRefusedWithASentence(String text) {
    assertThatThrownBy(() -> PointFilter.of(List.of(text), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Selector '" + text + "'");
  }

  @Test
  void aHostileNameCannotHangAPattern() {
    OnnxModel model =
        new NamedGraph()
            .input("x", -1, 8)
            .weight("w", 8, 8)
            .node("MatMul", "a".repeat(500) + "!", "x", "w")
            .outputs("a".repeat(500) + "!");
    // Refused by the number of characters read, so this ends on any machine.
    assertThatThrownBy(() -> plan(model, List.of(), List.of("/a*a*a*a*a*a*b/")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(plan(model, List.of("name:*a*a*a*a*!"), List.of()).weights()).hasSize(1);
  }

  @Test
  void aGlobReadsEachCharacterAtMostOnceForEachOfItsOwn() {
    String glob = "*a*a*a*a*b";
    ReadCount name = new ReadCount("a".repeat(500) + "!", new AtomicLong());
    assertThat(BoundedMatch.glob(glob, name)).isFalse();
    assertThat(name.reads().get()).isLessThanOrEqualTo((long) glob.length() * name.length());
  }

  /** Text that counts how often it is looked at. */
  private record ReadCount(String text, AtomicLong reads) implements CharSequence {
    @Override
    public char charAt(int index) {
      reads.incrementAndGet();
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }
  }
}
