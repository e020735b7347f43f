package dev.tailgate.quant.plan;

import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.quant.placement.Precision;
import dev.tailgate.quant.placement.PrecisionRule;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.scheme.Granularity;
import dev.tailgate.quant.scheme.IntegerFormat;
import dev.tailgate.quant.scheme.TensorScheme;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The scheme of each point: that of the settings, or of the first exception that chooses it. */
final class PointSchemes {
  private static final int WIDE_BITS = 16;
  private static final int TOKEN_BITS = 8;

  private final List<PrecisionRule> rules;

  PointSchemes(List<PrecisionRule> rules) {
    this.rules = rules;
  }

  /** Refuses rules that choose nothing: a misspelt one would leave out what it was to save. */
  void verify(Collection<? extends QuantPoint> points) {
    for (PrecisionRule rule : rules) {
      if (points.stream().noneMatch(rule::appliesTo)) {
        boolean weights = rule.precision() == Precision.PER_CHANNEL;
        throw ModelException.doing("choosing exceptions")
            .expected(
                (weights ? "a quantized weight" : "a quantized activation")
                    + " that matches "
                    + Printable.of(rule.selector().text()))
            .found("none")
            .fix("'tailgate audit --format json' lists the points of the placement.");
      }
    }
  }

  TensorScheme of(QuantPoint.Weight weight, TensorScheme base) {
    return exception(weight).isPresent() ? base.with(new Granularity.PerChannel()) : base;
  }

  TensorScheme of(QuantPoint.Activation activation, TensorScheme base) {
    Optional<Precision> precision = exception(activation);
    if (precision.equals(Optional.of(Precision.A16))) {
      return new TensorScheme(
          new IntegerFormat(WIDE_BITS, false), false, false, new Granularity.PerTensor());
    }
    return precision.equals(Optional.of(Precision.PER_TOKEN))
        ? new TensorScheme(
            new IntegerFormat(TOKEN_BITS, true), true, false, new Granularity.PerToken())
        : base;
  }

  /** The exception that chooses {@code point}. */
  Optional<Precision> exception(QuantPoint point) {
    return rules.stream()
        .filter(rule -> rule.appliesTo(point))
        .map(PrecisionRule::precision)
        .findFirst();
  }
}
