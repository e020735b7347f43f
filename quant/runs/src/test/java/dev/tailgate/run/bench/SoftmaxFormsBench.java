package dev.tailgate.run.bench;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.KernelProfile;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * What each way to write Softmax1 costs over plain softmax, and how far its result is from double
 * precision. The first line is plain softmax against itself.
 *
 * <p>Arguments: [batch] [heads] [tokens] [head width] [rounds] [threads]
 */
public final class SoftmaxFormsBench {
  private SoftmaxFormsBench() {}

  private record Sizes(int batch, int heads, int tokens, int width) {
    /** Keys that are not masked: the second half of the samples ends in a quarter of padding. */
    int keys(int sample) {
      return sample < (batch + 1) / 2 ? tokens : tokens - tokens / 4;
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // every form stays open until the process ends
  public static void main(String[] args) {
    Sizes sizes =
        new Sizes(
            argument(args, 0, 8),
            argument(args, 1, 12),
            argument(args, 2, 512),
            argument(args, 3, 64));
    int rounds = argument(args, 4, 16);
    int threads = argument(args, 5, 2);
    RunnerOptions options =
        new RunnerOptions(ExecutionProvider.CPU, threads, RunnerOptions.Optimization.FLOAT_ONLY);
    Map<String, Tensor> feeds = feeds(sizes);
    Batch batch = new Batch(0, sizes.batch(), feeds, Optional.empty(), Optional.empty());
    double[] softmax = reference(sizes, feeds, 0);
    double[] softmax1 = reference(sizes, feeds, 1);
    List<Runnable> variants = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    for (SoftmaxForm form : SoftmaxForm.values()) {
      OnnxModel model = form.model();
      String output = model.graph().outputs().get(0).name();
      Map<String, Integer> kernels = KernelProfile.of(model, batch.inputs(), options);
      ModelRunner runner = ModelRunner.open(model, options);
      Tensor made = runner.run(feeds, Set.of(output)).get(output);
      double difference = difference(made, form.isSoftmax1() ? softmax1 : softmax);
      labels.add(form.label());
      remarks.add(String.format(Locale.ROOT, "max difference %.1e, %s", difference, kernels));
      variants.add(() -> runner.run(feeds, Set.of(output)));
    }
    PairedTimes times = PairedTimes.of(variants.get(0), variants, rounds, threads);
    System.out.printf(Locale.ROOT, "%s, %d rounds, %d threads%n", sizes, rounds, threads);
    for (int i = 0; i < variants.size(); i++) {
      System.out.printf(Locale.ROOT, "%-24s %s, %s%n", labels.get(i), times.of(i), remarks.get(i));
    }
  }

  private static int argument(String[] args, int index, int otherwise) {
    return args.length > index ? Integer.parseInt(args[index]) : otherwise;
  }

  /** Normal numbers; queries are scaled so that scores have a standard deviation of 2. */
  private static Map<String, Tensor> feeds(Sizes s) {
    Random random = new Random(11);
    Tensor mask = Tensor.allocate(ElementType.FLOAT, s.batch(), 1, 1, s.tokens());
    FloatBuffer cells = mask.data().asFloatBuffer();
    for (int b = 0; b < s.batch(); b++) {
      for (int t = s.keys(b); t < s.tokens(); t++) {
        cells.put(b * s.tokens() + t, -Float.MAX_VALUE);
      }
    }
    double scale = 2 / Math.sqrt(s.width());
    return Map.of(
        "q", normal(random, scale, s.batch(), s.heads(), s.tokens(), s.width()),
        "kT", normal(random, 1, s.batch(), s.heads(), s.width(), s.tokens()),
        "v", normal(random, 1, s.batch(), s.heads(), s.tokens(), s.width()),
        "mask", mask);
  }

  private static Tensor normal(Random random, double scale, long... shape) {
    Tensor tensor = Tensor.allocate(ElementType.FLOAT, shape);
    FloatBuffer values = tensor.data().asFloatBuffer();
    while (values.hasRemaining()) {
      values.put((float) (scale * random.nextGaussian()));
    }
    return tensor;
  }

  /**
   * {@code sum_d context_d} by the definition, {@code p_i = exp(z_i) / (n + sum_j exp(z_j))}, in
   * double precision without shifting: scores are too small to overflow it.
   */
  private static double[] reference(Sizes s, Map<String, Tensor> feeds, double n) {
    FloatBuffer q = floats(feeds, "q");
    FloatBuffer key = floats(feeds, "kT");
    FloatBuffer value = floats(feeds, "v");
    double[] sums = new double[s.batch() * s.heads() * s.tokens()];
    double[] scores = new double[s.tokens()];
    double[] values = new double[s.tokens()];
    int area = s.tokens() * s.width();
    for (int head = 0; head < s.batch() * s.heads(); head++) {
      int keys = s.keys(head / s.heads());
      for (int t = 0; t < keys; t++) {
        values[t] = 0;
        for (int d = 0; d < s.width(); d++) {
          values[t] += value.get(head * area + t * s.width() + d);
        }
      }
      for (int row = 0; row < s.tokens(); row++) {
        Arrays.fill(scores, 0);
        for (int d = 0; d < s.width(); d++) {
          double factor = q.get(head * area + row * s.width() + d);
          for (int t = 0; t < keys; t++) {
            scores[t] += factor * key.get(head * area + d * s.tokens() + t);
          }
        }
        double mass = n;
        double sum = 0;
        for (int t = 0; t < keys; t++) {
          double raised = Math.exp(scores[t]);
          mass += raised;
          sum += raised * values[t];
        }
        sums[head * s.tokens() + row] = sum / mass;
      }
    }
    return sums;
  }

  private static FloatBuffer floats(Map<String, Tensor> feeds, String name) {
    Tensor tensor = feeds.get(name);
    if (tensor == null) {
      throw new IllegalStateException("No input " + name);
    }
    return tensor.data().asFloatBuffer();
  }

  private static double difference(Tensor made, double[] expected) {
    float[] found = made.toFloats();
    if (found.length != expected.length) {
      throw new IllegalStateException(made + " instead of " + expected.length + " sums");
    }
    double largest = 0;
    for (int i = 0; i < found.length; i++) {
      double difference = Math.abs(found[i] - expected[i]);
      // A comparison with NaN is false and would hide it.
      largest = Double.isNaN(difference) ? difference : Math.max(largest, difference);
    }
    return largest;
  }
}
