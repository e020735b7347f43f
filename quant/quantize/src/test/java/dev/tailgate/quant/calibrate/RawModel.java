package dev.tailgate.quant.calibrate;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.Task;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.tap.TokenLayout;
import dev.tailgate.quant.placement.QuantPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model whose activations are its input {@code x [B, T, 4]} itself, so that what calibration sees
 * is known bit for bit: {@code hidden = x}, read by Abs, and {@code scores = 2 x}, read by Softmax.
 */
final class RawModel {
  static final int CHANNELS = 4;

  private RawModel() {}

  static OnnxModel write(long opset) {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(opset));
    Value x = g.input("x", ElementType.FLOAT, Dim.of("batch"), Dim.of("tokens"), Dim.of(CHANNELS));
    Value turned = x.negative();
    Value hidden = turned.negative().as("hidden");
    Value scores = turned.negative().plus(x).as("scores");
    return g.output("y", hidden.op("Abs")).output("p", scores.op("Softmax")).model();
  }

  static QuantPoint.Activation point(OnnxModel model, String tensor) {
    return new QuantPoint.Activation(
        tensor,
        "activation",
        0,
        ElementType.FLOAT,
        3,
        new TokenLayout.Axis(1),
        model.graph().uses(tensor));
  }

  /** Samples as they are, {@code T * 4} values each; those of a batch are of one length. */
  static DataSource data(List<float[]> samples, int batchSize) {
    return new Samples(samples, batchSize, Optional.empty());
  }

  /** Samples of which only the first {@code real[i]} tokens are not padding. */
  static DataSource padded(List<float[]> samples, int batchSize, int[] real) {
    return new Samples(samples, batchSize, Optional.of(real));
  }

  private record Samples(List<float[]> all, int batchSize, Optional<int[]> real)
      implements DataSource {
    @Override
    public java.util.Iterator<Batch> batches() {
      List<Batch> batches = new ArrayList<>();
      for (int first = 0; first < all.size(); first += batchSize) {
        batches.add(batch(first, Math.min(batchSize, all.size() - first)));
      }
      return batches.iterator();
    }

    private Batch batch(int first, int count) {
      int length = all.get(first).length;
      float[] values = new float[count * length];
      long[] mask = new long[values.length / CHANNELS];
      for (int i = 0; i < count; i++) {
        System.arraycopy(all.get(first + i), 0, values, i * length, length);
        for (int t = 0; t < length / CHANNELS; t++) {
          boolean isReal = real.isEmpty() || t < real.get()[first + i];
          mask[i * (length / CHANNELS) + t] = isReal ? 1 : 0;
        }
      }
      long tokens = length / CHANNELS;
      return new Batch(
          first,
          count,
          Map.of("x", Tensor.ofFloats(values, count, tokens, CHANNELS)),
          Optional.empty(),
          real.map(r -> Tensor.ofLongs(mask, count, tokens)));
    }

    @Override
    public long samples() {
      return all.size();
    }

    @Override
    public String description() {
      return "raw values";
    }

    @Override
    public boolean synthetic() {
      return false;
    }

    @Override
    public boolean hasPadding() {
      return real.isPresent();
    }

    @Override
    public Task task() {
      return Task.AGREEMENT;
    }
  }
}
