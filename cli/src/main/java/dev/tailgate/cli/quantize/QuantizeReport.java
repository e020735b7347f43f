package dev.tailgate.cli.quantize;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tailgate.quant.plan.Quantization;
import dev.tailgate.quant.score.Score;
import dev.tailgate.result.QuantizationInfo;
import dev.tailgate.run.quantize.Coverage;
import dev.tailgate.run.quantize.FusedComparison;
import dev.tailgate.run.quantize.QuantizeOutcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A quantization as it is printed, for people or as JSON. Numbers that were not measured are
 * absent.
 *
 * @param model the file that was read
 * @param out the file that was written
 * @param form how integer products are written
 * @param scheme what it is quantized to
 * @param placement where
 * @param candidates range estimators that were compared; empty where one was given
 * @param products what runs for each matrix product
 * @param saturation int8 weights whose 16-bit sums can overflow on processors without VNNI
 * @param advice what a reader should know
 * @param calibrationSeconds time the ranges took
 * @param models float, simulated and deployed model on the same samples
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QuantizeReport(
    String model,
    String out,
    String form,
    Scheme scheme,
    String placement,
    Size size,
    List<Estimator> candidates,
    List<Product> products,
    List<Saturation> saturation,
    List<String> advice,
    double calibrationSeconds,
    Models models) {

  /** What is quantized to what. */
  public record Scheme(
      String name,
      String weights,
      String activations,
      String rangeEstimator,
      int calibrationBatches,
      int quantizedWeights,
      int quantizedActivations) {}

  /** Bytes of the files with their external data, and parameters that are quantized. */
  public record Size(
      long bytesBefore, long bytesAfter, long parameters, long quantizedParameters) {}

  /** A range estimator and what it costs on the calibration data. */
  public record Estimator(String name, double sqnr, boolean chosen) {}

  /** A matrix product of the model and the kernel that runs for it. */
  public record Product(
      String node, String operator, int layer, String kernel, String outcome, String reason) {}

  /** Pairs of products of a weight, and outputs that contain an unsafe one. */
  public record Saturation(
      String tensor, long pairs, long unsafePairs, long outputs, long unsafeOutputs) {}

  /**
   * Three runs over the same samples.
   *
   * @param metrics task metrics, then agreement with the float model
   * @param fusion agreement of the deployed model with its simulation
   * @param largestDifference of an output value between the two
   * @param largestOutput largest magnitude of an output value
   * @param runTimeRatio time of a batch, deployed over float
   */
  public record Models(
      long samples,
      String data,
      boolean syntheticInputs,
      List<Metric> metrics,
      List<Metric> fusion,
      double largestDifference,
      double largestOutput,
      double floatSeconds,
      double runTimeRatio) {}

  /** A metric of the models; an agreement has no value for the float model. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Metric(
      String name,
      String unit,
      String direction,
      @Nullable Double fp,
      @Nullable Double simulated,
      double deployed) {}

  /** The report of an outcome. */
  public static QuantizeReport of(Path model, Path out, String form, QuantizeOutcome outcome) {
    Quantization quantization = outcome.quantization();
    QuantizationInfo info = quantization.info();
    return new QuantizeReport(
        model.toString(),
        out.toString(),
        form,
        new Scheme(
            info.scheme(),
            info.weights(),
            info.activations(),
            info.rangeEstimator(),
            info.calibrationBatches(),
            quantization.weights(),
            quantization.quantizers().size() - quantization.weights()),
        quantization.settings().placement().label(),
        new Size(
            outcome.sizes().before(),
            outcome.sizes().after(),
            outcome.sizes().weights(),
            outcome.sizes().quantizedWeights()),
        outcome.candidates().stream()
            .map(c -> new Estimator(c.estimator(), c.sqnr(), c.chosen()))
            .toList(),
        outcome.coverage().products().stream().map(QuantizeReport::product).toList(),
        outcome.saturation().stream()
            .filter(r -> r.anyCode().pairs() > 0)
            .map(
                r ->
                    new Saturation(
                        r.tensor(),
                        r.pairs(),
                        r.anyCode().pairs(),
                        r.outputs(),
                        r.anyCode().outputs()))
            .toList(),
        outcome.advice(),
        outcome.calibrationSeconds(),
        models(outcome.comparison()));
  }

  private static Product product(Coverage.Product product) {
    return new Product(
        product.node(),
        product.operator(),
        product.layer(),
        product.kernel(),
        product.outcome().label(),
        product.reason());
  }

  private static Models models(FusedComparison comparison) {
    List<Metric> metrics = new ArrayList<>();
    List<Score> fp = comparison.task().get(0);
    for (int i = 0; i < fp.size(); i++) {
      Score score = fp.get(i);
      double simulated = comparison.task().get(1).get(i).value();
      double deployed = comparison.task().get(2).get(i).value();
      metrics.add(metric(score, score.value(), simulated, deployed));
    }
    for (int i = 0; i < comparison.simulatedAgreement().size(); i++) {
      Score simulated = comparison.simulatedAgreement().get(i);
      Score deployed = comparison.deployedAgreement().get(i);
      metrics.add(metric(simulated, null, simulated.value(), deployed.value()));
    }
    return new Models(
        comparison.samples(),
        comparison.data(),
        comparison.synthetic(),
        metrics,
        comparison.fusionAgreement().stream().map(s -> metric(s, null, null, s.value())).toList(),
        comparison.largestDifference(),
        comparison.largestOutput(),
        comparison.floatSeconds(),
        comparison.deployedSeconds() / comparison.floatSeconds());
  }

  private static Metric metric(
      Score score, @Nullable Double fp, @Nullable Double simulated, double deployed) {
    return new Metric(score.id(), score.unit(), score.direction().label(), fp, simulated, deployed);
  }
}
