package dev.tailgate.result;

import dev.tailgate.stats.metric.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/**
 * Made-up results with the shape of real ones: a twelve-layer encoder whose middle layers carry
 * outliers in two channels, and its twin with hardly any. No number here was measured.
 */
public final class Samples {
  private static final int LAYERS = 12;
  private static final double[] WEIGHTS = {128, 131};

  private Samples() {}

  /** The model with outliers, scored on labelled text. */
  public static RunResult vanilla() {
    return result("models/encoder-vanilla.onnx", "softmax", 1.0, false, "");
  }

  /** Its twin without. */
  public static RunResult twin() {
    return result("models/encoder-softmax1.onnx", "softmax1", 0.02, false, "");
  }

  /** The model with outliers, run on made-up inputs. */
  public static RunResult synthetic() {
    return result("models/encoder-vanilla.onnx", "softmax", 1.0, true, "");
  }

  /** A model whose author put something into every name that a report might trip over. */
  public static RunResult hostile() {
    return result(
        "<script>alert(1)</script>.onnx",
        "softmax",
        1.0,
        true,
        "<script>alert(\"x\")</script>'&\u001b[31m");
  }

  /** {@code r} of a model whose file says that it was rewritten and cured; empty for not. */
  public static RunResult of(RunResult r, String rewritten, String cured) {
    ModelInfo m = r.model();
    ModelInfo model =
        new ModelInfo(
            m.path(),
            m.sha256(),
            m.opset(),
            m.irVersion(),
            m.producer(),
            m.parameters(),
            m.family(),
            m.sizeBytes(),
            m.externalData(),
            Optional.of(rewritten).filter(words -> !words.isEmpty()),
            Optional.of(cured).filter(words -> !words.isEmpty()),
            m.quantization());
    return new RunResult(
        r.schemaVersion(),
        r.tool(),
        model,
        r.run(),
        r.sites(),
        r.notSites(),
        r.taps(),
        r.headline(),
        r.task(),
        r.quantization(),
        r.points(),
        r.worstTap(),
        r.coverage(),
        r.evidence(),
        r.sensitivity(),
        r.warnings());
  }

  /** {@code r} with something to explain it by. */
  public static RunResult explained(RunResult r, Evidence evidence) {
    return new RunResult(
        r.schemaVersion(),
        r.tool(),
        r.model(),
        r.run(),
        r.sites(),
        r.notSites(),
        r.taps(),
        r.headline(),
        r.task(),
        r.quantization(),
        r.points(),
        r.worstTap(),
        r.coverage(),
        Optional.of(evidence),
        r.sensitivity(),
        r.warnings());
  }

  private static RunResult result(
      String path, String normaliser, double outliers, boolean synthetic, String suffix) {
    List<TapResult> taps = taps(outliers, suffix);
    List<TapResult> headline = taps.stream().filter(TapResult::inHeadline).toList();
    return new RunResult(
        RunResult.SCHEMA_VERSION,
        new ToolInfo("tailgate", "0.1.0"),
        new ModelInfo(
            path,
            "3f".repeat(32),
            17,
            8,
            "pytorch 2.4.0" + suffix,
            108_891_648,
            "bert",
            435_852_110,
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        run(synthetic),
        sites(normaliser, suffix),
        List.of(new NotSite("/cls/Softmax" + suffix, "its output feeds no value product" + suffix)),
        taps,
        new Headline(
            headline.stream().mapToDouble(TapResult::kurtosis).average().orElse(Double.NaN),
            headline.stream().mapToDouble(TapResult::kurtosis).max().orElse(Double.NaN),
            headline.stream().mapToDouble(TapResult::maxInfNorm).max().orElse(Double.NaN),
            headline.size(),
            LAYERS),
        task(outliers, synthetic),
        new QuantizationInfo(
            "w8a8",
            "8 bit, symmetric, per tensor",
            "8 bit, asymmetric, per tensor",
            "running_minmax",
            16,
            "fake-quant, fusion off",
            List.of(
                new QuantizationInfo.KeptFloat("/cls/predictions/decoder/MatMul", "output head")),
            Optional.of(new QuantizationInfo.Products(96, 97))),
        List.of(
            new QuantizedPoint(
                "layer9.ffn_out" + suffix,
                QuantizedPoint.Kind.ACTIVATION,
                "ffn_out",
                8,
                false,
                false,
                0.25,
                120,
                -30.0,
                33.75),
            new QuantizedPoint(
                "encoder.layer.9.output.dense.weight",
                QuantizedPoint.Kind.WEIGHT,
                "weight",
                8,
                true,
                true,
                0.0039,
                0,
                -0.4992,
                0.4953)),
        Optional.of(worst(outliers, suffix)),
        Optional.of(new WeightCoverage(85_000_000, 84_000_000)),
        Optional.empty(),
        Optional.of(parts(outliers, synthetic, suffix)),
        suffix.isEmpty() ? List.of() : List.of("an odd name: " + suffix));
  }

  private static RunInfo run(boolean synthetic) {
    return new RunInfo(
        "cpu",
        "1.29.0",
        "17.0.15",
        "Linux amd64",
        42,
        256,
        8,
        "128",
        "bert",
        "w8a8",
        "running_minmax",
        16,
        synthetic ? "made from the model's inputs" : "validation.npz, 256 samples",
        Optional.of("5d".repeat(32)),
        synthetic,
        "one sequence");
  }

  private static List<SiteInfo> sites(String normaliser, String suffix) {
    List<SiteInfo> sites = new ArrayList<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      sites.add(
          new SiteInfo(
              "layer" + layer + ".attention",
              layer,
              "/encoder/layer." + layer + "/attention/self/Softmax" + suffix,
              "decomposed",
              normaliser,
              "none"));
    }
    return sites;
  }

  private static List<TapResult> taps(double outliers, String suffix) {
    List<TapResult> taps = new ArrayList<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      double bump = outliers * Math.exp(-0.5 * Math.pow((layer - 8.5) / 1.6, 2));
      taps.add(tap("ffn_out", layer, 6 + 900 * bump, 4.5 + 58 * bump, suffix));
      taps.add(tap("layernorm_out", layer, 5 + 310 * bump, 5.5 + 21 * bump, suffix));
    }
    return taps;
  }

  private static TapResult tap(
      String role, int layer, double kurtosis, double infNorm, String suffix) {
    long elements = 256L * 128 * 768;
    return new TapResult(
        "/encoder/layer." + layer + "/output/" + role + suffix,
        role,
        layer,
        kurtosis,
        kurtosis * 1.04 - 3,
        infNorm,
        infNorm * 1.21,
        Optional.of(new ElementPlace(17, 0, 308)),
        Math.round(kurtosis * 40),
        elements,
        256,
        0,
        0,
        true,
        OptionalLong.empty());
  }

  private static TaskResult task(double outliers, boolean synthetic) {
    List<Agreement> agreement =
        List.of(
            new Agreement("sqnr", "dB", Direction.HIGHER, 31.2 - 19 * outliers),
            new Agreement("cosine_similarity", "", Direction.HIGHER, 0.9996 - 0.11 * outliers),
            new Agreement("kl_divergence", "nat", Direction.LOWER, 0.002 + 1.31 * outliers),
            new Agreement("top1_agreement", "", Direction.HIGHER, 0.984 - 0.41 * outliers));
    if (synthetic) {
      return new TaskResult(
          Optional.of("agreement"),
          TaskResult.SYNTHETIC,
          "dB",
          Direction.HIGHER,
          Optional.empty(),
          Optional.of(Score.point(31.2 - 19 * outliers)),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          agreement);
    }
    double loss = 0.07 + 38 * outliers;
    Score fp = new Score(4.51, 4.46, 4.56);
    Score quantized = new Score(4.51 + loss, 4.44 + loss, 4.6 + loss);
    Score delta = new Score(loss, loss * 0.9, loss * 1.1);
    return new TaskResult(
        Optional.of("masked-lm"),
        "perplexity",
        "",
        Direction.LOWER,
        Optional.of(fp),
        Optional.of(quantized),
        Optional.of(delta),
        List.of(
            new TaskMetric(
                "perplexity", "", Direction.LOWER, fp, Optional.of(quantized), Optional.of(delta)),
            new TaskMetric(
                "token_accuracy",
                "",
                Direction.HIGHER,
                new Score(0.66, 0.63, 0.69),
                Optional.of(new Score(0.65, 0.62, 0.68)),
                Optional.of(new Score(-0.01, -0.02, 0.001)))),
        Optional.of(
            new SampleScores(
                "perplexity",
                true,
                sums(fp.value()),
                sums(quantized.value()),
                List.of(WEIGHTS[0], WEIGHTS[1]))),
        agreement);
  }

  /** Sums of two samples, one a little below the mean, whose perplexity is that. */
  private static List<Double> sums(double perplexity) {
    double mean = Math.log(perplexity);
    double less = WEIGHTS[0] * 0.02;
    return List.of(WEIGHTS[0] * mean - less, WEIGHTS[1] * mean + less);
  }

  /** Two layers, a part of one and two tensors; the time was over before three models more. */
  private static SensitivityResult parts(double outliers, boolean synthetic, String suffix) {
    String ffn = "/encoder/layer.8/output/ffn_out" + suffix;
    List<SensitivityRow> rows = new ArrayList<>();
    for (String kind : List.of("both", "weights", "activations")) {
      double weights = kind.equals("weights") ? 20 : 0;
      rows.add(part("layer", "layer 8", 8, kind, ffn, 30 - 19 * outliers + weights, synthetic));
    }
    rows.add(part("layer", "layer 0", 0, "both", "x" + suffix, 48.25, synthetic));
    rows.add(part("site", "feed-forward of layer 8", 8, "both", ffn, 12.5, synthetic));
    rows.add(part("tap", "ffn_out " + ffn, 8, "both", ffn, 14.04, synthetic));
    rows.add(
        part(
            "tap",
            "weight of MatMul w" + suffix,
            8,
            "both",
            "w" + suffix,
            Double.POSITIVE_INFINITY,
            synthetic));
    return new SensitivityResult(
        synthetic ? Optional.empty() : Optional.of("perplexity"),
        synthetic ? Direction.HIGHER : Direction.LOWER,
        damage(12.2, 0.07 + 38 * outliers, synthetic),
        rows,
        List.of(
            new SensitivityResult.ProxyFit("tap", 48, new Score(0.7597, 0.5925, 0.8722)),
            new SensitivityResult.ProxyFit("layer", 3, new Score(1, Double.NaN, Double.NaN))),
        64,
        12,
        15,
        4.75);
  }

  private static SensitivityRow part(
      String level,
      String label,
      int layer,
      String kind,
      String tensor,
      double sqnr,
      boolean synthetic) {
    return new SensitivityRow(
        level,
        label,
        layer,
        kind,
        List.of(tensor),
        Optional.of(33.5),
        Optional.of(damage(sqnr, 400 * Math.pow(10, -sqnr / 10), synthetic)),
        kind.equals("both") && level.equals("layer")
            ? Optional.of(damage(21.5, 0.0625, synthetic))
            : Optional.empty());
  }

  private static Damage damage(double sqnr, double delta, boolean synthetic) {
    return new Damage(sqnr, synthetic ? Optional.empty() : Optional.of(Score.point(delta)));
  }

  private static WorstTap worst(double outliers, String suffix) {
    int tokens = 128;
    int channels = 768;
    Random random = new Random(7);
    float[] sample = new float[tokens * channels];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = (float) random.nextGaussian();
    }
    for (int t = 0; t < tokens; t++) {
      boolean sink = t == 0 || t % 23 == 11;
      sample[t * channels + 308] += (float) (outliers * (sink ? -62 : -7));
      sample[t * channels + 381] += (float) (outliers * (sink ? 24 : 3));
    }
    List<Double> edges = new ArrayList<>();
    List<Long> counts = new ArrayList<>();
    for (int bin = 0; bin <= 96; bin++) {
      edges.add(-66 + bin * 1.0);
      double middle = -65.5 + bin;
      if (bin < 96) {
        double bulk = 25e6 * Math.exp(-0.5 * middle * middle / 1.4);
        double tail = 400 * Math.exp(-Math.abs(middle) / 6);
        double peaks =
            outliers
                * (90 * Math.exp(-0.5 * Math.pow((middle + 58) / 3, 2))
                    + 700 * Math.exp(-0.5 * Math.pow((middle + 7) / 3, 2))
                    + 90 * Math.exp(-0.5 * Math.pow((middle - 24) / 2, 2)));
        counts.add(Math.round(bulk + tail + peaks));
      }
    }
    return new WorstTap(
        "/encoder/layer.8/output/ffn_out" + suffix,
        "ffn_out",
        8,
        17,
        HeatMap.pooled(sample, tokens, channels),
        new ValueHistogram(edges, counts),
        Optional.of(new GridRange(-52.4, 26.1)),
        List.of(
            new ChannelPeak(308, 65.1 * outliers + 4),
            new ChannelPeak(381, 27.3 * outliers + 4),
            new ChannelPeak(92, 4.9),
            new ChannelPeak(640, 4.7),
            new ChannelPeak(11, 4.6),
            new ChannelPeak(705, 4.5)));
  }
}
