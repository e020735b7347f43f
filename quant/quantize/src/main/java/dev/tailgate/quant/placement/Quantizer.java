package dev.tailgate.quant.placement;

import dev.tailgate.quant.scheme.Granularity;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.TensorScheme;

/** How the values at a point are rounded. */
public sealed interface Quantizer {
  /** The numbers they are rounded to, before they are scaled. */
  NumberFormat format();

  /** On grids known before the run. */
  record Fixed(QuantParams params) implements Quantizer {
    @Override
    public NumberFormat format() {
      return params.format();
    }
  }

  /**
   * On a grid that covers the whole tensor, widened to hold 0; found in every run. For {@code
   * uint8}, asymmetric, that of {@code DynamicQuantizeLinear}.
   */
  record Dynamic(TensorScheme scheme) implements Quantizer {
    /** Refuses schemes of another granularity. */
    public Dynamic {
      if (!(scheme.granularity() instanceof Granularity.Dynamic)) {
        throw new IllegalArgumentException("Not a scheme of runs: " + scheme.label());
      }
    }

    @Override
    public NumberFormat format() {
      return scheme.format();
    }
  }

  /** One that finds its grids in every run, as {@code scheme} says. */
  static Quantizer inRuns(TensorScheme scheme) {
    return scheme.granularity() instanceof Granularity.PerToken
        ? new PerToken(scheme)
        : new Dynamic(scheme);
  }

  /** On a grid for each row, the last axis, that covers the row; found in every run. */
  record PerToken(TensorScheme scheme) implements Quantizer {
    /** Refuses schemes of another granularity. */
    public PerToken {
      if (!(scheme.granularity() instanceof Granularity.PerToken)) {
        throw new IllegalArgumentException("Not a scheme of tokens: " + scheme.label());
      }
    }

    @Override
    public NumberFormat format() {
      return scheme.format();
    }
  }
}
