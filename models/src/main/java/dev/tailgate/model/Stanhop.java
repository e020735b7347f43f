package dev.tailgate.model;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.ArrayList;
import java.util.List;

/**
 * STanHop-Net (Wu et al., arXiv 2312.17346), a forecaster of Hopfield modules: segments of every
 * variable are embedded, an encoder associates them along time and across variables on several
 * scales, and a decoder reads each scale by one more module,
 *
 * <pre>
 *   x_0 = norm(segments + positions)      x_i = sthm(merge(x_(i-1)))
 *   y_i = sthm(y_(i-1))
 *   y_i = norm(y_i + hopfield(y_i, x_i))
 *   y_i = norm(y_i + mlp(y_i))
 *   forecast = sum_i y_i W_i
 * </pre>
 *
 * <p>Takes {@code x} float32 {@code [batch, history, variables]}, gives {@code forecast} {@code
 * [batch, horizon, variables]}. A history that segments do not divide is filled in front with its
 * first row.
 *
 * @param segment rows of a segment
 * @param ffn the width between both maps of a feed-forward
 * @param patterns learned patterns that the series of a segment are associated with
 * @param merge neighbouring segments that become one at each further scale; 1 for none
 * @param blocks scales of the encoder
 * @param allNorms whether all four norms of an association are there, as in STanHop's code, or the
 *     third alone, as in OutEffHop's
 */
public record Stanhop(
    int history,
    int horizon,
    int segment,
    int variables,
    int width,
    int heads,
    int ffn,
    int patterns,
    int merge,
    int blocks,
    boolean allNorms)
    implements Architecture {
  /** The reference family. */
  public static final Stanhop TINY = new Stanhop(48, 24, 6, 5, 24, 4, 48, 4, 2, 2, false);

  /** The published sizes on ETTh1. */
  public static final Stanhop BASE = new Stanhop(168, 24, 6, 7, 256, 4, 512, 10, 1, 11, false);

  /** Refuses sizes that make no model. */
  public Stanhop {
    Sizes.check()
        .some("history", history)
        .some("horizon", horizon)
        .some("segment", segment)
        .some("variables", variables)
        .divides("heads", heads, "width", width)
        .some("ffn", ffn)
        .some("patterns", patterns)
        .some("merge", merge)
        .some("blocks", blocks);
  }

  @Override
  public OnnxModel build(long seed) {
    Net net = Net.of(seed);
    Sthm sthm =
        new Sthm(new Association(new Heads(width, heads)), variables, ffn, patterns, allNorms);
    Scale x = new Scale(embedded(net), parts(history, segment));
    List<Scale> scales = new ArrayList<>(List.of(x));
    for (int i = 0; i < blocks; i++) {
      Net block = net.at("encoder", i);
      x = i > 0 && merge > 1 ? merged(block, x) : x;
      x = new Scale(sthm.of(block, x.values(), x.segments()), x.segments());
      scales.add(x);
    }
    int ahead = parts(horizon, segment);
    Value y = queries(net, x.values(), ahead);
    List<Value> forecasts = new ArrayList<>();
    for (int i = 0; i <= blocks; i++) {
      Net layer = net.at("decoder", i);
      y = decoded(layer, sthm, new Scale(y, ahead), scales.get(i));
      forecasts.add(Layers.torchLinear(layer.at("predict"), y, width, segment));
    }
    Value all = forecasts.stream().reduce(Value::plus).orElseThrow();
    Value rows = all.reshape(-1, variables, (long) ahead * segment).transpose(0, 2, 1);
    return net.output(
        "forecast",
        ahead * segment == horizon ? rows : rows.slice(1, 0, horizon),
        Dim.of("batch"),
        Dim.of(horizon),
        Dim.of(variables));
  }

  /** Vectors {@code [B, D, segments, width]}. */
  private record Scale(Value values, int segments) {}

  /** How many parts of a size hold a whole. */
  private static int parts(int whole, int size) {
    return (whole + size - 1) / size;
  }

  /** The learned vectors of what is to come, the same for all of a batch. */
  private Value queries(Net net, Value like, int ahead) {
    Value shape = net.graph().concat(0, like.extent(0), net.graph().longs(variables, ahead, width));
    return net.weight("queries", new Init.Normal(1), 1, variables, ahead, width).expand(shape);
  }

  /** {@code [B, history, D] -> [B, D, segments, width]}. */
  private Value embedded(Net net) {
    Value x =
        net.graph()
            .input("x", ElementType.FLOAT, Dim.of("batch"), Dim.of(history), Dim.of(variables));
    int segments = parts(history, segment);
    int missing = segments * segment - history;
    if (missing > 0) {
      Value first = x.slice(1, 0, 1);
      Value shape = net.graph().concat(0, x.extent(0), net.graph().longs(missing, variables));
      x = net.graph().concat(1, first.expand(shape), x);
    }
    x = x.transpose(0, 2, 1).reshape(-1, variables, segments, segment);
    x = Layers.torchLinear(net.at("segments"), x, segment, width);
    x = x.plus(net.weight("positions", new Init.Normal(1), 1, variables, segments, width));
    return Layers.layerNorm(net.at("segment_norm"), x, width);
  }

  /** Neighbouring segments as one, the last repeated where they do not divide. */
  private Scale merged(Net net, Scale x) {
    int segments = parts(x.segments(), merge);
    Value all = x.values();
    Value last = all.slice(2, x.segments() - 1, x.segments());
    for (int i = x.segments(); i < segments * merge; i++) {
      all = net.graph().concat(2, all, last);
    }
    int wide = merge * width;
    all = all.reshape(-1, variables, segments, wide);
    all = Layers.layerNorm(net.at("merge_norm"), all, wide);
    return new Scale(Layers.torchLinear(net.at("merge"), all, wide, width), segments);
  }

  private Value decoded(Net net, Sthm sthm, Scale y, Scale scale) {
    Value x = sthm.of(net, y.values(), y.segments()).reshape(-1, y.segments(), width);
    Value stored = scale.values().reshape(-1, scale.segments(), width);
    Value read = sthm.association().of(net.at("cross"), x, stored);
    x = Layers.layerNorm(net.at("norm5"), x.plus(read), width);
    x =
        Layers.layerNorm(
            net.at("norm6"), x.plus(Layers.mlp(net.at("mlp3"), x, width, width)), width);
    return x.reshape(-1, variables, y.segments(), width);
  }
}
