package dev.tailgate.result;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What a quantization wrote and what that does. Numbers that were not measured are absent.
 *
 * @param model the file that was read
 * @param out the file that was written
 * @param form how integer products are written: {@code qdq}, {@code qoperator} or {@code dynamic}
 * @param scheme what it is quantized to
 * @param placement where
 * @param size files and parameters
 * @param candidates range estimators that were compared; empty where one was given
 * @param products what runs for each matrix product
 * @param saturation int8 weights whose 16-bit sums can overflow on processors without VNNI
 * @param advice what a reader should know
 * @param calibrationSeconds time the ranges took
 * @param models float, simulated and deployed model on the same samples
 */
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
  /** Copies the lists, and refuses what cannot be. */
  public QuantizeReport {
    Require.text("model", model);
    Require.text("out", out);
    Require.text("form", form);
    Require.text("placement", placement);
    candidates = List.copyOf(candidates);
    products = List.copyOf(products);
    saturation = List.copyOf(saturation);
    advice = List.copyOf(advice);
  }

  /** What is quantized to what. */
  public record Scheme(
      String name,
      String weights,
      String activations,
      String rangeEstimator,
      int calibrationBatches,
      int quantizedWeights,
      int quantizedActivations) {
    /** Refuses what cannot be. */
    public Scheme {
      Require.text("scheme.name", name);
      Require.notNegative("scheme.calibration_batches", calibrationBatches);
      Require.notNegative("scheme.quantized_weights", quantizedWeights);
      Require.notNegative("scheme.quantized_activations", quantizedActivations);
    }
  }

  /** Bytes of the files with their external data, and parameters that are quantized. */
  public record Size(long bytesBefore, long bytesAfter, long parameters, long quantizedParameters) {
    /** Refuses what cannot be. */
    public Size {
      Require.notNegative("size.bytes_before", bytesBefore);
      Require.notNegative("size.bytes_after", bytesAfter);
      Require.notNegative("size.parameters", parameters);
      Require.notNegative("size.quantized_parameters", quantizedParameters);
    }
  }

  /** A range estimator, its SQNR on the calibration data in dB, and whether it was written. */
  public record Estimator(String name, double sqnr, boolean chosen) {
    /** Refuses what cannot be. */
    public Estimator {
      Require.text("candidates.name", name);
    }
  }

  /**
   * A matrix product of the model and the kernel that runs for it.
   *
   * @param layer transformer layer, or -1 for none
   * @param kernel the operator the runtime made of it; empty where there is none
   * @param outcome {@link #INTEGER_KERNEL}, or what it is instead
   * @param reason why it is no integer kernel; empty where it is one
   */
  public record Product(
      String node, String operator, int layer, String kernel, String outcome, String reason) {
    /** The outcome of a product that runs in integers. */
    public static final String INTEGER_KERNEL = "int8 kernel";

    /** Refuses what cannot be. */
    public Product {
      Require.text("products.operator", operator);
      Require.indexOrNone("products.layer", layer);
      Require.text("products.outcome", outcome);
    }

    /** Whether it runs in integers. */
    public boolean runsInIntegers() {
      return outcome.equals(INTEGER_KERNEL);
    }
  }

  /** Pairs of products of a weight, and outputs that contain an unsafe one. */
  public record Saturation(
      String tensor, long pairs, long unsafePairs, long outputs, long unsafeOutputs) {
    /** Refuses what cannot be. */
    public Saturation {
      Require.text("saturation.tensor", tensor);
      Require.notNegative("saturation.unsafe_pairs", unsafePairs);
      Require.notNegative("saturation.unsafe_outputs", unsafeOutputs);
    }
  }

  /**
   * Three runs over the same samples.
   *
   * @param data what the samples are
   * @param syntheticInputs whether they were made up, so that only differences mean anything
   * @param metrics task metrics, then agreement with the float model
   * @param fusion agreement of the deployed model with its simulation
   * @param largestDifference of an output value between the two
   * @param largestOutput largest magnitude of an output value
   * @param floatSeconds time of a batch of the float model
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
      double runTimeRatio) {
    /** Copies the lists, and refuses what cannot be. */
    public Models {
      Require.notNegative("models.samples", samples);
      metrics = List.copyOf(metrics);
      fusion = List.copyOf(fusion);
    }
  }

  /**
   * A metric of the models; an agreement has no value for the float model.
   *
   * @param direction {@code higher_is_better} or {@code lower_is_better}
   */
  public record Metric(
      String name,
      String unit,
      String direction,
      OptionalDouble fp,
      OptionalDouble simulated,
      double deployed) {
    /** Refuses what cannot be. */
    public Metric {
      Require.text("metric.name", name);
      Require.text("metric.direction", direction);
    }
  }
}
