package dev.tailgate.heal.remedy.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.ReferenceModel;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.attention.SplitProduct;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.layer.LayerEdit;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.onnx.remedy.scale.ChannelScaling;
import dev.tailgate.onnx.remedy.scale.Fold;
import dev.tailgate.onnx.remedy.scale.ScaledInput;
import dev.tailgate.onnx.remedy.scale.ScaledInputs;
import dev.tailgate.quant.placement.Placement;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.OutlierChannels;
import dev.tailgate.quant.plan.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A decoder whose first norm gives one channel a hundredfold, and the weights its hundredth. */
class DecomposeTest {
  private static final int OUTLIER = 7;
  private static final double SIZE = 100;

  @TempDir Path folder;
  private CalibrationContext context = Trials.context(Optional.empty());
  private OnnxModel model;
  private String tensor = "";

  @BeforeEach
  void makeAnOutlier() throws IOException {
    OnnxModel plain = OnnxModel.load(ReferenceModel.unpack("opt", "vanilla-1.onnx", folder));
    ScaledInput input =
        ScaledInputs.of(ModelMap.of(plain)).stream()
            .filter(i -> i.fold() instanceof Fold.IntoNorm)
            .findFirst()
            .orElseThrow();
    double[] s = new double[input.width()];
    Arrays.fill(s, 1);
    s[OUTLIER] = 1 / SIZE;
    tensor = input.tensor();
    model =
        ChannelScaling.apply(ModelMap.of(plain), Map.of(tensor, s), ChannelScaling.Unfolded.REFUSE)
            .model();
  }

  private Treated treated(Placement placement) {
    return new Decompose().apply(Trials.candidate(model, placement), context);
  }

  @ParameterizedTest
  @EnumSource(Placement.class)
  void theOutlierStaysFloatAndTheRestGetsASmallRange(Placement placement) {
    Treated treated = treated(placement);
    assertThat(treated.applied()).extracting(Repair.Note::place).contains(tensor);
    Plan candidate = treated.plan();
    Calibrated calibrated = Calibrated.of(candidate, context);
    Dataflow flow = Dataflow.of(candidate.model().graph());
    List<OnnxNode> products =
        candidate.model().graph().nodes().stream()
            .filter(
                n -> SplitProduct.at(flow, n).filter(s -> s.source().equals(tensor)).isPresent())
            .toList();
    // Queries, keys and values, each in two parts.
    assertThat(products).hasSize(6);
    Map<String, Double> widths = new HashMap<>();
    calibrated
        .activations()
        .forEach(
            point ->
                widths.put(
                    point.tensor(), calibrated.clipping(point.tensor()).orElseThrow().high()));
    for (OnnxNode product : products) {
      SplitProduct split = SplitProduct.at(flow, product).orElseThrow();
      String rest = split.larger().input(0);
      assertThat(widths).containsKey(rest);
      assertThat(widths.get(rest)).isLessThan(20);
      for (QuantPoint point : calibrated.quantizers().keySet()) {
        assertThat(point.uses())
            .as(point.tensor())
            .noneMatch(use -> use.node() == split.smaller() || use.node() == split.sum())
            .noneMatch(
                use -> use.node() == flow.graph().producer(split.smaller().input(0)).orElseThrow());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Placement.class)
  void theDamageOfTheOutlierIsUndone(Placement placement) {
    Plan candidate = Trials.candidate(model, placement);
    double before = damage(candidate);
    double after = damage(treated(placement).plan());
    assertThat(after).isLessThan(0.7 * before);
  }

  private double damage(Plan candidate) {
    return Trials.difference(
        model, Calibrated.of(candidate, context).simulated(), Optional.empty());
  }

  @Test
  void anActivationWithoutOutliersIsRefusedWithTheNumbers() {
    assertThat(treated(Placement.TRANSFORMER).refused())
        .extracting(Repair.Note::text)
        .anyMatch(
            text -> text.matches("no channel stands out: largest channel .*, without 1 of .*"));
  }

  @Test
  void asFewChannelsAsWillDoAreTaken() {
    double[] maxima = new double[300];
    Arrays.fill(maxima, 1);
    maxima[4] = 50;
    maxima[9] = 40;
    maxima[20] = 1.05;
    OutlierChannels found = OutlierChannels.of(maxima, 0.01, 1.1);
    assertThat(found.channels()).containsExactly(4, 9);
    assertThat(found.whole()).isEqualTo(50);
    assertThat(found.rest()).isCloseTo(1.05, within(0.0));
  }

  @Test
  void rowsOfBothPartsAreThoseOfTheWhole() {
    OnnxModel split = treated(Placement.TRANSFORMER).plan().model();
    long before = elements(model);
    assertThat(elements(split)).isEqualTo(before);
  }

  /** Elements of the weights of all linear layers. */
  private static long elements(OnnxModel of) {
    return ModelMap.of(of).layers().linears().stream()
        .mapToLong(layer -> LayerEdit.read(of, layer).values().length)
        .sum();
  }
}
