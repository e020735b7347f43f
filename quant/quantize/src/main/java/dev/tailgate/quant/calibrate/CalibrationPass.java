package dev.tailgate.quant.calibrate;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.onnx.tap.FixedRank;
import dev.tailgate.onnx.tap.SliceWeights;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.qdq.FakeQuant;
import dev.tailgate.quant.qdq.InsertQuantizeDequantize;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the model that reduces one batch to what the estimators need: the range of every point, its
 * batch percentiles, what of its tails is new. Nothing is kept in the graph; what was found before
 * and matters now comes in with each batch.
 *
 * <p>In sequential mode each point also quantizes right away, so that later layers see quantized
 * inputs while their ranges are estimated, as the papers' code does.
 */
final class CalibrationPass {
  /** Ranges so far of the estimator that quantizes in place, {@code [2 P]}. */
  static final String RANGES = "tailgate/ranges";

  /** Whether a point has no such range yet, {@code [P]}. */
  static final String FIRST = "tailgate/first";

  /** What a value must be below, or above, to be new in a tail, {@code [2 P]}. */
  static final String BOUNDS = "tailgate/bounds";

  /** Length of tails, int64 {@code [P]}. */
  static final String TAILS = "tailgate/tails";

  private final Ops ops;
  private final PassRequest request;
  private final FakeQuant fakeQuant;
  private final SliceWeights weights;
  private final TailNodes tailNodes;
  private final List<String> shapes = new ArrayList<>();
  private final List<String> mins = new ArrayList<>();
  private final List<String> maxs = new ArrayList<>();
  private final List<String> sums = new ArrayList<>();
  private final List<String> tails = new ArrayList<>();
  private final List<String> percentiles = new ArrayList<>();
  private final Map<Integer, String> faults = new LinkedHashMap<>();
  private final Map<Integer, String> values = new LinkedHashMap<>();
  private final boolean rankVaries;
  private List<String> bounds = List.of();
  private List<String> lengths = List.of();

  private CalibrationPass(PassRequest request, Ops ops) {
    this.ops = ops;
    this.request = request;
    this.fakeQuant = new FakeQuant(request.model(), ops);
    this.weights = new SliceWeights(ops, request.padded());
    this.tailNodes = new TailNodes(ops);
    this.rankVaries = FixedRank.mayVary(request.model());
  }

  /** Builds the model; the points in {@code careful} leave faults out. */
  static Graph apply(PassRequest request, Set<Integer> careful) {
    GraphEdit edit = request.model().edit();
    Ops ops = ops(request, edit);
    CalibrationPass pass = new CalibrationPass(request, ops);
    pass.declareInputs();
    request
        .quantized()
        .forEach((p, grid) -> InsertQuantizeDequantize.insert(ops, pass.fakeQuant, p, grid));
    for (int i = 0; i < request.points().size(); i++) {
      pass.point(request.points().get(i), i, careful.contains(i));
    }
    String shapes = pass.output(ops.concat(0, pass.shapes), ElementType.INT64);
    String mins = pass.output(ops.concat(0, pass.mins), ElementType.FLOAT);
    String maxs = pass.output(ops.concat(0, pass.maxs), ElementType.FLOAT);
    String sums = pass.output(ops.concat(0, pass.sums), ElementType.FLOAT);
    Optional<String> tails = pass.joined(pass.tails);
    Optional<String> percentiles = pass.joined(pass.percentiles);
    return new Graph(
        edit.commit(), shapes, mins, maxs, sums, tails, percentiles, pass.faults, pass.values);
  }

  private static Ops ops(PassRequest request, GraphEdit edit) {
    EstimatorNeeds needs = request.needs();
    boolean usual = needs.tails().isEmpty() && needs.batchPercentiles().isEmpty();
    return usual
        ? new Ops(request.model(), edit, "CalibrationPass")
        : new Ops(request.model(), edit, "CalibrationPass", TailNodes.OPSET, "finding percentiles");
  }

  private Optional<String> joined(List<String> parts) {
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of(output(ops.concat(0, parts), ElementType.FLOAT));
  }

  private void declareInputs() {
    int points = request.points().size();
    if (request.sequential()) {
      input(RANGES, ElementType.FLOAT, 2 * points);
      input(FIRST, ElementType.BOOL, points);
    }
    if (request.needs().tails().isPresent()) {
      input(BOUNDS, ElementType.FLOAT, 2 * points);
      input(TAILS, ElementType.INT64, points);
      bounds = tailNodes.each(BOUNDS, 2 * points);
      lengths = tailNodes.each(TAILS, points);
    }
  }

  private void input(String name, ElementType type, int... dims) {
    List<Dim> shape = new ArrayList<>();
    for (int dim : dims) {
      shape.add(new Dim.Known(dim));
    }
    ops.edit().addInput(new ValueInfo(name, type, Optional.of(shape)));
  }

  private String output(String value, ElementType type) {
    ops.edit().addOutput(new ValueInfo(value, type, Optional.empty()));
    return value;
  }

  private void point(QuantPoint.Activation point, int row, boolean careful) {
    ops.about(point.tensor());
    boolean isFloat = point.type() == ElementType.FLOAT;
    String tensor = rankVaries ? FixedRank.of(ops, point.tensor(), point.rank()) : point.tensor();
    String x = isFloat ? tensor : ops.cast(tensor, ElementType.FLOAT);
    Optional<String> real =
        weights
            .of(point.tokens(), point.rank(), () -> ops.reduce("ReduceMax", x, -1))
            .map(w -> ops.reshape(ops.op("Greater", w, ops.scalar(0)), -1));
    Optional<FaultNodes> faulty =
        careful
            ? Optional.of(FaultNodes.of(ops, x, request.scores().contains(row)))
            : Optional.empty();
    String low = faulty.map(FaultNodes::low).orElse(x);
    String high = faulty.map(FaultNodes::high).orElse(x);
    SliceExtremes extremes = SliceExtremes.of(ops, low, high, point.rank(), real);
    shapes.add(ops.op("Shape", x));
    mins.add(extremes.min());
    maxs.add(extremes.max());
    sums.add(careful ? extremes.max() : SliceExtremes.perSlice(ops, "ReduceSum", extremes.low()));
    faulty.ifPresent(f -> faults.put(row, output(f.found(), ElementType.FLOAT)));
    if (request.needs().tails().isPresent()) {
      addTails(extremes, row);
    }
    if (request.needs().histogram()) {
      addValues(x, extremes, row);
    }
    PercentileNodes nodes = new PercentileNodes(ops);
    List<PercentileNodes.Ends> ends =
        request.needs().batchPercentiles().stream()
            .map(e -> nodes.of(extremes, faulty.map(f -> f.bad(ops, real)), e.percent()))
            .toList();
    ends.forEach(e -> percentiles.addAll(List.of(e.low(), e.high())));
    if (request.sequential()) {
      InPlaceRange range = new InPlaceRange(ops, request.needs().estimators().get(0));
      PercentileNodes.Ends now = range.updated(row, extremes, ends);
      String rounded =
          fakeQuant.within(point.tensor(), point.type(), now.low(), now.high(), request.scheme());
      point.uses().forEach(use -> ops.edit().redirect(use, rounded));
    }
  }

  private void addTails(SliceExtremes extremes, int row) {
    String k = lengths.get(row);
    String end = ops.reshape(ops.scalar(Float.NaN), 1);
    tails.add(tailNodes.below(extremes, bounds.get(2 * row), k));
    tails.add(end);
    tails.add(tailNodes.above(extremes, bounds.get(2 * row + 1), k));
    tails.add(end);
  }

  private String flat(String x, int row) {
    long last = request.points().get(row).rank() - 1L;
    return ops.node("Flatten", x).attribute("axis", last).add();
  }

  /**
   * A flattened copy. ONNX Runtime 1.29 once crashed while it opened a session that had the values
   * themselves as outputs, among others; the cause was not isolated.
   */
  private void addValues(String x, SliceExtremes extremes, int row) {
    String real =
        extremes
            .real()
            .map(r -> ops.node("Compress", flat(x, row), r).attribute("axis", 0L).add())
            .orElseGet(() -> ops.reshape(x, -1));
    values.put(row, output(real, ElementType.FLOAT));
  }

  /**
   * A model made here and where its results come out. Points follow each other in every output.
   *
   * @param shapes their shapes, int64
   * @param mins smallest element of each slice, padding included
   * @param maxs largest elements
   * @param sums sums, which are finite only if every element is: extremes may step over NaN; of
   *     careful points without meaning
   * @param tails new values of all tails, the lower end of a point first, with a NaN behind each
   * @param percentiles {@code [P * R, 2]}, for R estimators that average them
   * @param faults by point: {@link FaultNodes#found}
   * @param values by point: the elements, without those of padding
   */
  record Graph(
      OnnxModel model,
      String shapes,
      String mins,
      String maxs,
      String sums,
      Optional<String> tails,
      Optional<String> percentiles,
      Map<Integer, String> faults,
      Map<Integer, String> values) {}
}
