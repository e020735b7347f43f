package dev.tailgate.quant.calibrate;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.quant.measure.OtherBranch;
import dev.tailgate.quant.measure.SliceGeometry;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.stats.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The small outputs of {@link CalibrationPass.Graph} for one batch, taken apart by point. */
final class PassResults {
  private static final float[] NONE = {};

  private final CalibrationPass.Graph pass;
  private final Map<String, Tensor> outputs;
  private final Batch batch;
  private final List<SliceReading> points = new ArrayList<>();
  private final Set<Integer> suspects = new LinkedHashSet<>();

  /** Reads the outputs; points in {@code careful} are not suspected any more. */
  PassResults(
      PassRequest request,
      CalibrationPass.Graph pass,
      Map<String, Tensor> outputs,
      Batch batch,
      Set<Integer> careful) {
    this.pass = pass;
    this.outputs = outputs;
    this.batch = batch;
    long[] shapes = Objects.requireNonNull(outputs.get(pass.shapes())).toLongs();
    float[] mins = floats(pass.mins());
    float[] maxs = floats(pass.maxs());
    float[] sums = floats(pass.sums());
    int ranks = request.points().stream().mapToInt(QuantPoint.Activation::rank).sum();
    OtherBranch.require(shapes.length == ranks, batch);
    int shapeAt = 0;
    int at = 0;
    for (QuantPoint.Activation point : request.points()) {
      long[] shape = Arrays.copyOfRange(shapes, shapeAt, shapeAt + point.rank());
      SliceGeometry geometry = new SliceGeometry(point.tokens(), shape, batch);
      SliceReading reading = SliceReading.of(geometry, request.padded(), mins, maxs, sums, at);
      int index = points.size();
      if (!careful.contains(index) && reading.suspects(request.scores().contains(index))) {
        suspects.add(index);
      }
      points.add(reading);
      shapeAt += point.rank();
      at += geometry.slices();
    }
  }

  private float[] floats(String name) {
    return Objects.requireNonNull(outputs.get(name), name).toFloats();
  }

  /** The outputs this needs, the elements of activations not among them. */
  static Set<String> names(CalibrationPass.Graph pass) {
    Set<String> names =
        new LinkedHashSet<>(List.of(pass.shapes(), pass.mins(), pass.maxs(), pass.sums()));
    pass.tails().ifPresent(names::add);
    pass.percentiles().ifPresent(names::add);
    names.addAll(pass.faults().values());
    return names;
  }

  /** Points that may hold faults and are not treated with care yet. */
  Set<Integer> suspects() {
    return suspects;
  }

  /** The slices of a point. */
  SliceReading point(int point) {
    return points.get(point);
  }

  /** What the batch says of each point; its faults go into {@code states}. */
  List<OfPoint> readings(List<PointState> states) {
    float[] tails = pass.tails().map(this::floats).orElse(NONE);
    float[] ends = pass.percentiles().map(this::floats).orElse(NONE);
    int perPoint = ends.length / states.size();
    List<OfPoint> readings = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < states.size(); i++) {
      SliceReading slices = points.get(i);
      int middle = end(tails, at);
      int last = end(tails, middle + 1);
      readings.add(
          new OfPoint(
              slices.extremes(),
              percentiles(slices, Arrays.copyOfRange(ends, i * perPoint, (i + 1) * perPoint)),
              slices.count() - faults(i, states.get(i)),
              part(tails, at, middle),
              part(tails, middle + 1, last)));
      at = last + 1;
    }
    return readings;
  }

  /** Where the tail that begins at {@code from} ends: at the next NaN. */
  private static int end(float[] tails, int from) {
    int at = from;
    while (at < tails.length && !Float.isNaN(tails[at])) {
      at++;
    }
    return at;
  }

  private static float[] part(float[] tails, int from, int to) {
    return from < to ? Arrays.copyOfRange(tails, from, to) : NONE;
  }

  private static List<Range> percentiles(SliceReading slices, float[] ends) {
    List<Range> percentiles = new ArrayList<>();
    for (int i = 0; i < ends.length; i += 2) {
      boolean hasValues = !slices.extremes().isEmpty();
      percentiles.add(hasValues ? new Range(ends[i] + 0.0, ends[i + 1] + 0.0) : Range.EMPTY);
    }
    return percentiles;
  }

  private long faults(int point, PointState state) {
    String found = pass.faults().get(point);
    return found == null
        ? 0
        : state.faults().accept(floats(found), points.get(point).geometry(), batch.firstPlace());
  }

  /**
   * What one batch says of one point.
   *
   * @param extremes smallest and largest value; empty where the batch has none
   * @param percentiles of the estimators that average them, in their order
   * @param count number of values, without padding and faults
   * @param smallest values that are new in the lower tail
   * @param largest values that are new in the upper tail
   */
  @SuppressWarnings("ArrayRecordComponent") // inside the package, read once
  record OfPoint(
      Range extremes, List<Range> percentiles, long count, float[] smallest, float[] largest) {}
}
