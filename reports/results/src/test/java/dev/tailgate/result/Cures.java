package dev.tailgate.result;

import dev.tailgate.result.CureResult.Kind;
import dev.tailgate.result.CureResult.Point;
import dev.tailgate.result.CureResult.Setting;
import dev.tailgate.result.CureResult.Stage;
import dev.tailgate.stats.metric.Direction;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Made-up cures with the shape of real ones. No number here was measured. */
public final class Cures {
  private Cures() {}

  /** A cure that helped, scored on labelled pairs. */
  public static CureResult scored() {
    return result(true, "");
  }

  /** The same without labels. */
  public static CureResult unscored() {
    return result(false, "");
  }

  /** One of which every name holds what a page or a terminal might trip over. */
  public static CureResult hostile() {
    return result(true, "<script>alert(1)</script>\u001b[31m\"'&");
  }

  private static CureResult result(boolean scored, String suffix) {
    return new CureResult(
        CureResult.SCHEMA_VERSION,
        new ToolInfo("tailgate", "0.1.0"),
        "models/encoder.onnx" + suffix,
        "out/cured.onnx" + suffix,
        "outeffhop at sites 0,1,2,3,4,5" + suffix,
        "w8a8",
        new CureResult.Data(
            "train.csv, 5175 of 5750 pairs, parts 0 to 8 of 10" + suffix,
            5175,
            575,
            "test.csv, 1379 of 1379 pairs" + suffix,
            1379,
            Optional.of("ab".repeat(32)),
            false),
        scored ? Optional.of("spearman" + suffix) : Optional.empty(),
        "",
        Direction.HIGHER,
        List.of(
            new Stage(
                Kind.ORIGINAL,
                score(scored, 0.8204, 0.802, 0.837),
                score(scored, 0.77, 0.749, 0.79),
                score(scored, -0.0504, -0.06, -0.041),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Double.POSITIVE_INFINITY,
                6.1,
                310.4,
                11.93,
                Optional.of(0.4167)),
            new Stage(
                Kind.REWRITTEN,
                score(scored, 0.81, 0.79, 0.83),
                score(scored, 0.75, 0.73, 0.77),
                score(scored, -0.06, -0.07, -0.05),
                score(scored, -0.0104, -0.013, -0.008),
                score(scored, -0.02, -0.028, -0.012),
                score(scored, -0.0096, -0.017, -0.002),
                18.2,
                6,
                308.1,
                11.9,
                Optional.of(0.41)),
            new Stage(
                Kind.CURED,
                score(scored, 0.8187, 0.8, 0.835),
                score(scored, 0.8141, 0.795, 0.831),
                score(scored, -0.0046, -0.008, -0.001),
                score(scored, -0.0017, -0.004, 0.0006),
                score(scored, 0.0441, 0.034, 0.054),
                score(scored, 0.0458, 0.036, 0.055),
                24.9,
                15.3,
                21.7,
                4.02,
                Optional.of(0.083))),
        new CureResult.Training(
            500,
            16_000,
            731.5,
            "all steps were made" + suffix,
            List.of(
                new Setting("method", "outeffhop" + suffix),
                new Setting("learning rate", "5e-5, cosine"),
                new Setting("seed", "0")),
            LongStream.rangeClosed(1, 500)
                .mapToObj(step -> new Point(step, 0.2 / Math.sqrt((double) step)))
                .toList(),
            List.of(new Point(0, 0.21), new Point(250, 0.014), new Point(500, 0.011))),
        suffix.isEmpty() ? List.of() : List.of("an odd name: " + suffix));
  }

  private static Optional<Score> score(boolean scored, double value, double low, double high) {
    return scored ? Optional.of(new Score(value, low, high)) : Optional.empty();
  }
}
