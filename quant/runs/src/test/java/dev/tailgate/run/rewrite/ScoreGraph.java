package dev.tailgate.run.rewrite;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.Task;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * One attention by itself: {@code softmax(q k + mask) v}, with queries, keys (turned already) and
 * values as inputs.
 */
public final class ScoreGraph {
  private ScoreGraph() {}

  /** The model; all inputs have {@code rank} open dimensions and this element type. */
  public static OnnxModel model(ElementType type, int rank, long opset) {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(opset));
    Value q = g.input(open("q", type, rank));
    Value k = g.input(open("k", type, rank));
    Value v = g.input(open("v", type, rank));
    Value bias = g.input(open("bias", type, rank));
    Value probs = q.matMul(k).as("scores").plus(bias).as("masked").softmax(rank - 1).as("probs");
    return g.output(open("context", type, rank), probs.matMul(v)).model();
  }

  private static ValueInfo open(String name, ElementType type, int rank) {
    List<Dim> dims = IntStream.range(0, rank).mapToObj(axis -> Dim.of(name + "_" + axis)).toList();
    return new ValueInfo(name, type, Optional.of(dims));
  }

  /** Values drawn from N(0, scale). */
  public static Tensor random(Random random, ElementType type, double scale, long... shape) {
    Tensor tensor = Tensor.allocate(type, shape);
    Elements.Writer writer = Elements.writer(tensor);
    for (int i = 0; i < tensor.elementCount(); i++) {
      writer.put(i, scale * random.nextGaussian());
    }
    return tensor;
  }

  /** Inputs of one batch, the bias given. */
  public static Map<String, Tensor> inputs(
      Random random, ElementType type, long[] leading, long tokens, Tensor bias) {
    long width = 8;
    return Map.of(
        "q", random(random, type, 1, shape(leading, tokens, width)),
        "k", random(random, type, 1, shape(leading, width, tokens)),
        "v", random(random, type, 1, shape(leading, tokens, width)),
        "bias", bias);
  }

  private static long[] shape(long[] leading, long... last) {
    return java.util.stream.LongStream.concat(
            java.util.Arrays.stream(leading), java.util.Arrays.stream(last))
        .toArray();
  }

  /** Data that was made by the test. */
  public record Given(List<Batch> all) implements DataSource {
    @Override
    public Iterator<Batch> batches() {
      return all.iterator();
    }

    @Override
    public long samples() {
      return all.stream().mapToLong(Batch::samples).sum();
    }

    @Override
    public String description() {
      return "given";
    }

    @Override
    public boolean synthetic() {
      return false;
    }

    @Override
    public boolean hasPadding() {
      return all.stream().anyMatch(batch -> batch.mask().isPresent());
    }

    @Override
    public Task task() {
      return Task.AGREEMENT;
    }
  }

  /** One batch without labels. */
  public static Given given(int samples, Map<String, Tensor> inputs, Optional<Tensor> mask) {
    return new Given(List.of(new Batch(0, samples, inputs, Optional.empty(), mask)));
  }
}
