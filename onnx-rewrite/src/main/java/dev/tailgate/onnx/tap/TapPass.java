package dev.tailgate.onnx.tap;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Measures activations inside the graph. For each tap {@code x [d0, ..., C]} it appends
 *
 * <pre>
 *   x ─┬─ ReduceMin, ReduceMax, ReduceMean over the last axis
 *      ├─ y = x - mean;  means of y², y³, y⁴
 *      ├─ extremes per channel over all other axes           (when asked for)
 *      └─ slices that can hold an outlier ─ Compress ─ count |x - row mean| > 6 row sigma
 * </pre>
 *
 * Central moments about the slice mean lose nothing to cancellation in float32; slices are merged
 * to rows and to the whole in doubles outside the graph. Only slices whose extremes pass the
 * threshold are looked at for outliers, which makes the count exact and nearly free. The function
 * of the model does not change.
 */
public final class TapPass {
  private static final float LOWEST = -Float.MAX_VALUE;

  /** An instrumented model and where its statistics come out. */
  public record Instrumented(OnnxModel model, List<TapOutputs> outputs) {}

  private final Ops ops;
  private final SliceWeights weights;
  private final boolean rankVaries;

  private TapPass(Ops ops, SliceWeights weights, boolean rankVaries) {
    this.ops = ops;
    this.weights = weights;
    this.rankVaries = rankVaries;
  }

  /**
   * Adds the statistics of {@code targets}.
   *
   * @param padded whether batches may hold padding; then the model gets the input {@link
   *     SliceWeights#TOKEN_MASK}
   */
  public static Instrumented apply(OnnxModel model, List<TapTarget> targets, boolean padded) {
    GraphEdit edit = model.edit();
    Ops ops = new Ops(model, edit, "TapPass");
    TapPass pass = new TapPass(ops, new SliceWeights(ops, padded), FixedRank.mayVary(model));
    List<TapOutputs> outputs = new ArrayList<>();
    for (TapTarget target : targets) {
      outputs.add(pass.measure(target));
    }
    return new Instrumented(edit.commit(), List.copyOf(outputs));
  }

  private TapOutputs measure(TapTarget target) {
    ops.about(target.tensor());
    String sizes =
        rankVaries
            ? FixedRank.sizes(ops, target.tensor(), target.rank())
            : ops.op("Shape", target.tensor());
    String tensor = ofUnknownShape(target.tensor(), sizes);
    String x = target.type() == ElementType.FLOAT ? tensor : ops.cast(tensor, ElementType.FLOAT);
    String min = ops.reduce("ReduceMin", x, -1);
    String max = ops.reduce("ReduceMax", x, -1);
    String mean = ops.reduce("ReduceMean", x, -1);
    String y = ops.op("Sub", x, mean);
    String y2 = ops.op("Mul", y, y);
    String m2 = ops.reduce("ReduceMean", y2, -1);
    String m3 = ops.reduce("ReduceMean", ops.op("Mul", y, y2), -1);
    String m4 = ops.reduce("ReduceMean", ops.op("Mul", y2, y2), -1);
    String slices = output(ops.concat(-1, List.of(min, max, mean, m2, m3, m4)), ElementType.FLOAT);
    String shape = output(sizes, ElementType.INT64);
    Optional<String> mask = weights.of(target.tokens(), target.rank(), () -> mean);
    String outliers = output(outliers(target, x, min, max, mean, m2, mask), ElementType.INT64);
    Optional<String> channels =
        target.perChannel()
            ? Optional.of(output(channels(target, x, mask), ElementType.FLOAT))
            : Optional.empty();
    return new TapOutputs(target, slices, shape, outliers, channels);
  }

  /**
   * The same tensor, but for shape inference of unknown rank: its sizes pass through a Compress
   * that keeps all of them. ONNX Runtime plans memory by looking for a free buffer of equal shape
   * among all freed ones; with the shapes of thousands of statistics known, loading takes time
   * quadratic in their number (138 taps: 11 s instead of 1.7 s). The tensor is not copied.
   */
  private String ofUnknownShape(String tensor, String sizes) {
    String all = ops.op("Greater", sizes, ops.longs(-1));
    return ops.op("Reshape", tensor, select(sizes, all));
  }

  private String output(String value, ElementType type) {
    ops.edit().addOutput(new ValueInfo(value, type, Optional.empty()));
    return value;
  }

  private String outliers(
      TapTarget target,
      String x,
      String min,
      String max,
      String mean,
      String m2,
      Optional<String> weights) {
    long[] rowAxes = LongStream.range(1, target.rank() - 1).toArray();
    String rowMean = rowAverage(mean, rowAxes, weights);
    String shift = ops.op("Sub", mean, rowMean);
    String second = ops.op("Add", m2, ops.op("Mul", shift, shift));
    String sigma = ops.op("Sqrt", rowAverage(second, rowAxes, weights));
    String bound = ops.op("Mul", sigma, ops.scalar(6));
    String above = ops.op("Greater", ops.op("Sub", max, rowMean), bound);
    String below = ops.op("Greater", ops.op("Sub", rowMean, min), bound);
    String candidate = ops.op("Or", above, below);
    if (weights.isPresent()) {
      candidate = ops.op("And", candidate, ops.op("Greater", weights.get(), ops.scalar(0)));
    }
    String selected = ops.reshape(candidate, -1);
    String perSlice = ops.op("Shape", mean);
    String centre = select(ops.reshape(ops.op("Expand", rowMean, perSlice), -1, 1), selected);
    String limit = select(ops.reshape(ops.op("Expand", bound, perSlice), -1, 1), selected);
    String flat = ops.node("Flatten", x).attribute("axis", target.rank() - 1L).add();
    String distance = ops.op("Abs", ops.op("Sub", select(flat, selected), centre));
    String beyond = ops.cast(ops.op("Greater", distance, limit), ElementType.INT64);
    // By slice, so that whoever reads them can leave rows out: [1, K] numbers over [1, K] counts.
    String counts = ops.node("Transpose", ops.reduce("ReduceSum", beyond, 1)).add();
    return ops.concat(0, List.of(ops.op("NonZero", selected), counts));
  }

  private String rowAverage(String perSlice, long[] axes, Optional<String> weights) {
    if (axes.length == 0) {
      return perSlice;
    }
    if (weights.isEmpty()) {
      return ops.reduce("ReduceMean", perSlice, axes);
    }
    String sum = ops.reduce("ReduceSum", ops.op("Mul", perSlice, weights.get()), axes);
    return ops.op("Div", sum, ops.reduce("ReduceSum", weights.get(), axes));
  }

  private String select(String rows, String condition) {
    return ops.node("Compress", rows, condition).attribute("axis", 0).add();
  }

  private String channels(TapTarget target, String x, Optional<String> weights) {
    String low = x;
    String high = x;
    if (weights.isPresent()) {
      String real = ops.op("Greater", weights.get(), ops.scalar(0));
      low = ops.op("Where", real, x, ops.scalar(-LOWEST));
      high = ops.op("Where", real, x, ops.scalar(LOWEST));
    }
    // Flatten, unlike a Reshape to [1, -1], takes an activation without channels too.
    long channels = target.rank() - 1L;
    String min = overSamples("ReduceMin", low, target.rank());
    String max = overSamples("ReduceMax", high, target.rank());
    return ops.concat(
        0,
        List.of(
            ops.node("Flatten", min).attribute("axis", channels).add(),
            ops.node("Flatten", max).attribute("axis", channels).add()));
  }

  /** Reduces inside each sample first: over the inner axes the kernel is fast and parallel. */
  private String overSamples(String op, String x, int rank) {
    if (rank == 1) {
      return x;
    }
    String perSample = rank == 2 ? x : ops.reduce(op, x, LongStream.range(1, rank - 1).toArray());
    return ops.reduce(op, perSample, 0);
  }
}
