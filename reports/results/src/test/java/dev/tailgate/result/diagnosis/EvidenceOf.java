package dev.tailgate.result.diagnosis;

import dev.tailgate.result.Evidence;
import dev.tailgate.result.RangeUse;
import dev.tailgate.result.SaturationEvidence;
import dev.tailgate.result.SiteEvidence;
import dev.tailgate.result.TapEvidence;
import dev.tailgate.result.TokenShare;
import dev.tailgate.result.WeightEvidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleSupplier;

/** Made-up evidence. */
public final class EvidenceOf {
  private static final List<String> ROLES = List.of("ffn_out", "ffn_act", "block_out", "query");

  private EvidenceOf() {}

  static Evidence taps(TapEvidence... taps) {
    return new Evidence(4, 32, List.of(taps), List.of(), List.of(), List.of(), List.of());
  }

  public static Evidence sites(List<TapEvidence> taps, SiteEvidence... sites) {
    return new Evidence(4, 32, taps, List.of(sites), List.of(), List.of(), List.of());
  }

  /** A tap whose channel 308 and token at position 0 hold this much. */
  public static TapEvidence tap(String tensor, double kurtosis, double channel, double token) {
    return tap(tensor, "ffn_out", kurtosis, channel, token);
  }

  static TapEvidence tap(
      String tensor, String role, double kurtosis, double channel, double token) {
    return new TapEvidence(
        tensor,
        role,
        9,
        1000,
        kurtosis,
        768,
        308,
        channel,
        8,
        Math.min(1, channel + 0.02),
        Optional.of(new TokenShare(TokenShare.Kind.POSITION, 0, token, 1.0 / 64)),
        token,
        -60,
        30,
        new RangeUse(true, 256, 120, Optional.of(31.0), Optional.of(0.0)),
        30,
        32,
        Optional.empty(),
        Optional.empty());
  }

  /** Numbers of every size, NaN and infinities among them. */
  static Evidence random(long seed) {
    Random random = new Random(seed);
    DoubleSupplier any =
        () ->
            switch (random.nextInt(12)) {
              case 0 -> Double.NaN;
              case 1 -> Double.POSITIVE_INFINITY;
              case 2 -> 0;
              default -> Math.pow(10, 8 * random.nextDouble() - 3);
            };
    List<TapEvidence> taps = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      taps.add(
          new TapEvidence(
              "t\n" + i,
              ROLES.get(random.nextInt(ROLES.size())),
              random.nextInt(5) - 1,
              random.nextInt(1000),
              any.getAsDouble(),
              1 + random.nextInt(800),
              random.nextInt(800),
              random.nextDouble(),
              1 + random.nextInt(8),
              random.nextDouble(),
              token(random),
              random.nextDouble(),
              -any.getAsDouble(),
              any.getAsDouble(),
              new RangeUse(
                  random.nextBoolean(),
                  256,
                  256 * random.nextDouble(),
                  maybe(random, any),
                  maybe(random, () -> random.nextDouble() / 50)),
              random.nextInt(4),
              random.nextInt(64),
              Optional.of(new TapEvidence.GainEvidence(any.getAsDouble(), any.getAsDouble())),
              Optional.empty()));
    }
    List<SiteEvidence.Head> heads = new ArrayList<>();
    for (int i = 0; i < random.nextInt(5); i++) {
      heads.add(
          new SiteEvidence.Head(
              i,
              token(random).orElse(new TokenShare(TokenShare.Kind.POSITION, 1, 0.9, 0.1)),
              maybe(random, random::nextDouble),
              maybe(random, any),
              maybe(random, any),
              Optional.empty()));
    }
    return new Evidence(
        1,
        8,
        taps,
        List.of(new SiteEvidence("layer 0 (/S)", 0, "softmax", heads)),
        List.of(
            new WeightEvidence(
                "w", "MatMul", 1, random.nextBoolean(), 3, any.getAsDouble(), any.getAsDouble())),
        List.of(new SaturationEvidence("w", 1000, random.nextInt(200))),
        List.of());
  }

  private static Optional<TokenShare> token(Random random) {
    TokenShare.Kind kind =
        random.nextBoolean() ? TokenShare.Kind.POSITION : TokenShare.Kind.TOKEN_ID;
    return random.nextInt(5) == 0
        ? Optional.empty()
        : Optional.of(
            new TokenShare(kind, random.nextInt(3000), random.nextDouble(), random.nextDouble()));
  }

  private static Optional<Double> maybe(Random random, DoubleSupplier value) {
    return random.nextBoolean() ? Optional.of(value.getAsDouble()) : Optional.empty();
  }
}
