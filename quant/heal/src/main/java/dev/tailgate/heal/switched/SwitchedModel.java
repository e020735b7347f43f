package dev.tailgate.heal.switched;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.data.Batch;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.quant.contest.BatchRunner;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.qdq.FakeQuant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A model that rounds where an input says, by the grid that the input says: hundreds of ways to
 * quantize a model share one session. For a use of an activation {@code x} with the grids {@code
 * Q1, Q2, ..} and its element {@code s} of the input
 *
 * <pre>
 *   s = 0   x
 *   s = k   Qk(x)
 * </pre>
 *
 * All grids of an activation are computed and one is chosen; those of a weight are constants, of
 * which one is taken. With every element 0 it computes what the float model computes, bit for bit
 * but for fusions that the choice stands in the way of.
 */
public final class SwitchedModel implements AutoCloseable {
  /** The input, int64 {@code [n]}, an element for each use that can read rounded values. */
  private static final String SWITCHES = Ops.PREFIX + "switches";

  /** Elements of weights that are kept in several versions, a gigabyte and a bit. */
  private static final long MOST_WEIGHTS = 300_000_000;

  private final Map<OnnxGraph.Use, Integer> positions;
  private final Map<String, List<Quantizer>> choices;
  private final ModelRunner runner;

  private SwitchedModel(
      Map<OnnxGraph.Use, Integer> positions,
      Map<String, List<Quantizer>> choices,
      ModelRunner runner) {
    this.positions = positions;
    this.choices = choices;
    this.runner = runner;
  }

  /**
   * Loads {@code model}.
   *
   * @param choices the grids that each point may be rounded to
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // closed by close()
  public static SwitchedModel open(
      OnnxModel model, Map<QuantPoint, List<Quantizer>> choices, RunnerOptions options) {
    Map<String, List<Quantizer>> byTensor = new LinkedHashMap<>();
    choices.forEach((point, grids) -> byTensor.put(point.tensor(), grids));
    return open(model, choices.keySet(), byTensor, options);
  }

  /** Whether the versions of all weights fit beside each other without being a burden. */
  public static boolean isAffordable(Map<QuantPoint, List<Quantizer>> choices) {
    long elements = 0;
    for (Map.Entry<QuantPoint, List<Quantizer>> choice : choices.entrySet()) {
      if (choice.getKey() instanceof QuantPoint.Weight weight) {
        elements +=
            weight.dims().stream().reduce(1L, (a, b) -> a * b) * (1 + choice.getValue().size());
      }
    }
    return elements <= MOST_WEIGHTS;
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // closed by close()
  private static SwitchedModel open(
      OnnxModel model,
      Collection<QuantPoint> points,
      Map<String, List<Quantizer>> choices,
      RunnerOptions options) {
    Map<OnnxGraph.Use, Integer> positions = new LinkedHashMap<>();
    for (QuantPoint point : points) {
      point.uses().forEach(use -> positions.putIfAbsent(use, positions.size()));
    }
    GraphEdit edit = model.edit();
    Ops ops = new Ops(model, edit, "SwitchedModel");
    edit.addInput(
        new ValueInfo(
            SWITCHES,
            ElementType.INT64,
            Optional.of(List.<Dim>of(new Dim.Known(positions.size())))));
    FakeQuant nodes = new FakeQuant(model, ops);
    for (QuantPoint point : points) {
      List<Quantizer> grids = Objects.requireNonNull(choices.get(point.tensor()));
      ops.about(point.tensor());
      List<String> rounded = new ArrayList<>();
      for (Quantizer grid : grids) {
        rounded.add(nodes.apply(point.tensor(), point.type(), point.rank(), grid));
      }
      if (point instanceof QuantPoint.Weight) {
        weight(ops, point, rounded, positions);
      } else {
        activation(ops, point, rounded, positions);
      }
    }
    return new SwitchedModel(
        positions, Map.copyOf(choices), ModelRunner.open(edit.commit(), options));
  }

  private static void activation(
      Ops ops, QuantPoint point, List<String> rounded, Map<OnnxGraph.Use, Integer> positions) {
    for (OnnxGraph.Use use : point.uses()) {
      String chosen = ops.op("Gather", SWITCHES, ops.longs(position(positions, use)));
      String value = point.tensor();
      for (int k = 0; k < rounded.size(); k++) {
        value = ops.op("Where", ops.op("Equal", chosen, ops.longs(k + 1)), rounded.get(k), value);
      }
      ops.edit().redirect(use, value);
    }
  }

  /** Constants beside each other, of which one is copied: cheaper than to choose elements. */
  private static void weight(
      Ops ops, QuantPoint point, List<String> rounded, Map<OnnxGraph.Use, Integer> positions) {
    boolean copied = rounded.size() > 1 || point.uses().stream().anyMatch(use -> !isLookup(use));
    String all = "";
    if (copied) {
      List<String> stacked = new ArrayList<>(List.of(ops.unsqueeze(point.tensor(), 0)));
      rounded.forEach(value -> stacked.add(ops.unsqueeze(value, 0)));
      all = ops.concat(0, stacked);
    }
    for (OnnxGraph.Use use : point.uses()) {
      String chosen = ops.op("Gather", SWITCHES, ops.longs(position(positions, use)));
      if (!copied) {
        lookup(ops, use.node(), rounded.get(0), chosen);
        continue;
      }
      String taken = ops.node("Gather", all, chosen).attribute("axis", 0L).add();
      ops.edit().redirect(use, ops.squeeze(taken, 0));
    }
  }

  private static boolean isLookup(OnnxGraph.Use use) {
    return use.node().is("Gather") && use.inputIndex() == 0;
  }

  /** Few rows of a large table are read: the choice comes behind, and no table is copied. */
  private static void lookup(Ops ops, OnnxNode reader, String rounded, String chosen) {
    String plain = again(ops, reader, reader.input(0));
    String other = again(ops, reader, rounded);
    ops.edit().remove(reader);
    ops.node("Where", ops.op("Equal", chosen, ops.longs(1)), other, plain).addAs(reader.outputs());
  }

  private static String again(Ops ops, OnnxNode reader, String table) {
    return ops.node("Gather", table, reader.input(1)).attributesOf(reader).add();
  }

  private static int position(Map<OnnxGraph.Use, Integer> positions, OnnxGraph.Use use) {
    return Objects.requireNonNull(positions.get(use));
  }

  /**
   * Runs one batch, rounded as {@code quantizers} say and nowhere else.
   *
   * @throws IllegalArgumentException for a grid or a use that the model was not made with
   */
  public Map<String, Tensor> run(
      Batch batch, Map<QuantPoint, Quantizer> quantizers, Set<String> outputs) {
    long[] switches = new long[positions.size()];
    quantizers.forEach(
        (point, quantizer) -> {
          int choice = Objects.requireNonNull(choices.get(point.tensor())).indexOf(quantizer);
          if (choice < 0) {
            throw new IllegalArgumentException("No such grid of " + point.tensor());
          }
          point.uses().forEach(use -> switches[position(positions, use)] = choice + 1L);
        });
    Map<String, Tensor> feeds = new HashMap<>(batch.inputs());
    feeds.put(SWITCHES, Tensor.ofLongs(switches, switches.length));
    return runner.run(feeds, outputs);
  }

  /** For a contest; the session stays open when it is closed. */
  public BatchRunner rounded(Map<QuantPoint, Quantizer> quantizers, Set<String> outputs) {
    return new BatchRunner() {
      @Override
      public Map<String, Tensor> run(Batch batch) {
        return SwitchedModel.this.run(batch, quantizers, outputs);
      }

      @Override
      public void close() {
        // The session is the model's, which goes on.
      }
    };
  }

  @Override
  public void close() {
    runner.close();
  }
}
