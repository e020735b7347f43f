package dev.tailgate.heal.remedy.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.RunnerOptions.Optimization;
import dev.tailgate.heal.remedy.Deviation;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.remedy.rotation.Rotation;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.plan.QuantizationSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KurtailRemedyTest {
  private static final Pattern KURTOSIS =
      Pattern.compile(
          "has learned: mean kurtosis of what its norms give, on tokens that were kept back, is"
              + " ([\\d.]+), with a random Hadamard matrix alone ([\\d.]+), as it was ([\\d.]+)");

  @TempDir private Path folder;

  private static DataSource open(OnnxModel model, Path data, int samples) {
    return DataSources.open(
        model, new DataRequest(Optional.of(data), Optional.empty(), samples, samples, 32, 1));
  }

  private static CalibrationContext context(Path data, int samples) {
    return new CalibrationContext(
        m -> open(m, data, samples), ReferenceModel.CPU, RunProgress.SILENT);
  }

  private static Treated treated(OnnxModel model, CalibrationContext context) {
    Plan plan = Plan.of(ModelMap.of(model), QuantizationSettings.PAPERS);
    return new KurtailRemedy(7).apply(plan, context);
  }

  /** Learned, random, as it was. */
  private static double[] kurtosis(Treated treated) {
    String text = treated.applied().get(treated.applied().size() - 1).text();
    Matcher matcher = KURTOSIS.matcher(text);
    assertThat(matcher.matches()).as(text).isTrue();
    return new double[] {
      Double.parseDouble(matcher.group(1)),
      Double.parseDouble(matcher.group(2)),
      Double.parseDouble(matcher.group(3))
    };
  }

  private static double deviation(OnnxModel model, OnnxModel rotated, Batch batch) {
    return Deviation.between(model, rotated, batch, ReferenceModel.CPU.with(Optimization.NONE))
        .relative();
  }

  @ParameterizedTest
  @ValueSource(strings = {"opt", "vit"})
  void trainedModelComputesTheSameWithLowerKurtosis(String family) throws IOException {
    OnnxModel model = OnnxModel.load(ReferenceModel.unpack(family, "vanilla-1.onnx", folder));
    Path calibration = ReferenceModel.unpack(family, "calibration.npz", folder);
    Treated treated = treated(model, context(calibration, 64));
    assertThat(treated.refused()).isEmpty();
    assertThat(treated.applied().get(0).text()).contains("and a learned orthogonal matrix;");
    double[] found = kurtosis(treated);
    assertThat(found[0]).isLessThan(0.9 * found[1]);
    Path heldOut = ReferenceModel.unpack(family, "heldout.npz", folder);
    Batch batch = open(model, heldOut, 8).batches().next();
    // Weights are rounded to float32 once more, as those of a Hadamard matrix are.
    assertThat(deviation(model, treated.plan().model(), batch)).isLessThan(2e-5);
  }

  @Test
  void sameSeedAndDataGiveTheSameBits() throws IOException {
    OnnxModel model = OnnxModel.load(ReferenceModel.unpack("opt", "vanilla-1.onnx", folder));
    Path calibration = ReferenceModel.unpack("opt", "calibration.npz", folder);
    List<double[]> weights = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      OnnxModel rotated = treated(model, context(calibration, 16)).plan().model();
      weights.add(
          rotated.graph().initializers().values().stream()
              .filter(tensor -> tensor.type().isFloat())
              .flatMapToDouble(
                  tensor -> Arrays.stream(tensor.toDoubles(Math.toIntExact(tensor.elementCount()))))
              .toArray());
    }
    assertThat(weights.get(0)).containsExactly(weights.get(1));
  }

  @Test
  void postNormHasNoStreamToTurn() throws IOException {
    OnnxModel model = OnnxModel.load(ReferenceModel.unpack("bert", "vanilla-1.onnx", folder));
    Path calibration = ReferenceModel.unpack("bert", "calibration.npz", folder);
    Treated treated = treated(model, context(calibration, 8));
    assertThat(treated.applied()).isEmpty();
    assertThat(treated.plan().model()).isSameAs(model);
    assertThat(treated.refused()).anySatisfy(note -> assertThat(note.text()).contains("post-LN"));
  }

  /**
   * Tails of cubed normal numbers, and six channels that are large in every token, as in models.
   */
  private static List<List<double[]>> heavyTailed(int layers, int width, int count, long seed) {
    Random random = new Random(seed);
    List<List<double[]>> rows = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      List<double[]> ofLayer = new ArrayList<>();
      for (int row = 0; row < count; row++) {
        double[] x = new double[width];
        for (int i = 0; i < width; i++) {
          x[i] = Math.pow(random.nextGaussian(), 3) + (i % 16 == 3 ? 30 : 0);
        }
        double square = 0;
        for (double value : x) {
          square += value * value / width;
        }
        for (int i = 0; i < width; i++) {
          x[i] /= Math.sqrt(square);
        }
        ofLayer.add(x);
      }
      rows.add(ofLayer);
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(ints = {96, 48, 32})
  void kurtosisOfHeavyTailsFallsBelowThatOfTheHadamardMatrix(int block) {
    CalibrationContext unused =
        new CalibrationContext(
            m -> {
              throw new AssertionError("no data is needed");
            },
            ReferenceModel.CPU,
            RunProgress.SILENT);
    RotationLearner.Learned learned =
        new RotationLearner(unused).learn(heavyTailed(4, 96, 300, 5), Rotation.of(96, 1), block);
    assertThat(learned.unturned()).isGreaterThan(10);
    assertThat(learned.helps()).isTrue();
    assertThat(learned.after()).isLessThan(learned.before() - 0.1);
  }
}
