package dev.tailgate.run.recipe;

import dev.tailgate.data.generated.Generator;
import dev.tailgate.model.Architecture;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodValues;
import dev.tailgate.train.optimiser.Schedule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a family of models is trained: one architecture on one kind of data, the same for all methods
 * of attention.
 *
 * @param family its name
 * @param taps the tap preset by which it is audited
 * @param architecture what is trained, with softmax attention
 * @param generator what it is trained and judged on
 * @param methods parameters of the methods, in the order in which they are shown
 * @param training how
 * @param text the file as it was read
 */
public record Recipe(
    String family,
    String taps,
    Architecture architecture,
    Generator generator,
    Map<Method, MethodValues> methods,
    Steps training,
    String text) {
  /** The columns of the papers' tables. */
  public static final List<Method> METHODS =
      List.of(
          Method.VANILLA,
          Method.OUTEFFHOP,
          Method.CLIPPED_SOFTMAX,
          Method.CLIPPED_OUTEFFHOP,
          Method.GATED_ATTENTION,
          Method.GATED_OUTEFFHOP);

  /** Copies the map. */
  public Recipe {
    methods = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(methods));
  }

  /**
   * The steps of a training.
   *
   * @param steps updates
   * @param batch samples of one
   * @param rate the largest learning rate
   * @param beta1 of AdamW
   * @param beta2 of AdamW
   * @param decay weight decay of matrices and embeddings
   * @param warmup steps up to that rate
   * @param schedule constant, linear or cosine
   * @param clip the largest norm of all gradients; 0 for any
   */
  public record Steps(
      long steps,
      int batch,
      double rate,
      double beta1,
      double beta2,
      double decay,
      long warmup,
      Schedule.Shape schedule,
      double clip) {
    private static final long MOST = 10_000_000;

    /** Refuses numbers outside their ranges. */
    public Steps {
      require(steps >= 1 && steps <= MOST, "steps from 1 to " + MOST);
      require(batch >= 1 && batch <= 1 << 16, "a batch from 1 to " + (1 << 16));
      require(rate > 0 && rate < Double.POSITIVE_INFINITY, "a rate above 0");
      require(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1, "betas from 0 to below 1");
      require(decay >= 0 && decay < Double.POSITIVE_INFINITY, "a decay from 0 on");
      require(warmup >= 0 && warmup <= MOST, "a warm-up from 0 to " + MOST);
      require(clip >= 0 && clip < Double.POSITIVE_INFINITY, "a clip from 0 on");
    }

    private static void require(boolean isSo, String expected) {
      if (!isSo) {
        throw new IllegalArgumentException("expected " + expected);
      }
    }
  }
}
