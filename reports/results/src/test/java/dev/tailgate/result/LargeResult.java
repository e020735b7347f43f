package dev.tailgate.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;

/** A made-up result with as many taps as a large model has; no number here was measured. */
public final class LargeResult {
  private static final List<String> ROLES =
      List.of(
          "attn_layernorm_out",
          "query",
          "key",
          "value",
          "attn_scores",
          "softmax_out",
          "attn_context",
          "attn_out",
          "attn_residual",
          "ffn_layernorm_out",
          "linear_out",
          "ffn_act",
          "ffn_out",
          "block_out");
  private static final int LAYERS = 36;
  private static final int LOOKS = 64;

  private LargeResult() {}

  /**
   * With 504 taps, closer looks at 64 of them, and heads; {@code suffix} ends every tensor name.
   */
  public static RunResult of(String suffix) {
    Random random = new Random(11);
    RunResult base = Samples.vanilla();
    List<TapResult> taps = new ArrayList<>();
    List<QuantizedPoint> points = new ArrayList<>();
    List<TapEvidence> looks = new ArrayList<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      for (String role : ROLES) {
        String tensor = "/model/decoder/layers." + layer + "/" + role + "/Add_output_0" + suffix;
        double kurtosis = 3 + Math.exp(6 * random.nextDouble() - 1);
        taps.add(tap(tensor, role, layer, kurtosis));
        points.add(
            new QuantizedPoint(
                tensor, QuantizedPoint.Kind.ACTIVATION, role, 8, false, false, 0.25, 120, -30, 33));
        if (looks.size() < LOOKS) {
          looks.add(look(tensor, role, layer, kurtosis, random));
        }
      }
    }
    Evidence evidence = new Evidence(2, 16, looks, sites(random), List.of(), List.of(), List.of());
    return new RunResult(
        base.schemaVersion(),
        base.tool(),
        base.model(),
        base.run(),
        base.sites(),
        base.notSites(),
        taps,
        base.headline(),
        base.task(),
        base.quantization(),
        points,
        base.worstTap(),
        base.coverage(),
        Optional.of(evidence),
        base.sensitivity(),
        base.warnings());
  }

  private static TapResult tap(String tensor, String role, int layer, double kurtosis) {
    return new TapResult(
        tensor,
        role,
        layer,
        kurtosis,
        kurtosis - 3,
        kurtosis / 2,
        kurtosis,
        Optional.of(new ElementPlace(1, 2, 3)),
        17,
        1000,
        10,
        layer == 3 && role.equals("query") ? 5 : 0,
        0,
        true,
        layer == 3 && role.equals("query") ? OptionalLong.of(4) : OptionalLong.empty());
  }

  private static TapEvidence look(
      String tensor, String role, int layer, double kurtosis, Random random) {
    List<Double> edges = IntStream.rangeClosed(0, 64).mapToObj(i -> (i - 40) * 0.75).toList();
    List<Long> counts =
        IntStream.range(0, 64)
            .mapToObj(i -> Math.round(1e6 * Math.exp(-0.5 * Math.pow((i - 40) / 5.0, 2))))
            .toList();
    List<ChannelPeak> channels =
        IntStream.range(0, 8).mapToObj(i -> new ChannelPeak(i * 7, 40.0 / (i + 1))).toList();
    List<TapDetail.Extreme> extremes =
        IntStream.range(0, 8)
            .mapToObj(
                i -> new TapDetail.Extreme(-40.0 / (i + 1), new ElementPlace(i, 2 * i, 7), 101 + i))
            .toList();
    return new TapEvidence(
        tensor,
        role,
        layer,
        1000,
        kurtosis,
        768,
        308,
        0.9,
        8,
        0.95,
        Optional.of(new TokenShare(TokenShare.Kind.TOKEN_ID, 102, 0.6, 0.01)),
        0.7,
        -40,
        18,
        new RangeUse(true, 256, 33, Optional.of(20 + 20 * random.nextDouble()), Optional.of(0.001)),
        3,
        16,
        Optional.empty(),
        Optional.of(new TapDetail(new ValueHistogram(edges, counts), channels, extremes)));
  }

  private static List<SiteEvidence> sites(Random random) {
    List<SiteEvidence> sites = new ArrayList<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      List<SiteEvidence.Head> heads = new ArrayList<>();
      for (int head = 0; head < 20; head++) {
        heads.add(
            new SiteEvidence.Head(
                head,
                new TokenShare(TokenShare.Kind.POSITION, 0, random.nextDouble(), 0.01),
                Optional.of(random.nextDouble()),
                Optional.of(2 * random.nextDouble()),
                Optional.empty(),
                Optional.empty()));
      }
      sites.add(new SiteEvidence("layer " + layer + " (/Softmax)", layer, "softmax", heads));
    }
    return sites;
  }
}
