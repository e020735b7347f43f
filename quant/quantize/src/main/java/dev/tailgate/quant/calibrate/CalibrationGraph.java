package dev.tailgate.quant.calibrate;

import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Map;
import java.util.Optional;

/**
 * A model made by {@link CalibrationPass} and where its results come out. Points follow each other
 * in every output.
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
record CalibrationGraph(
    OnnxModel model,
    String shapes,
    String mins,
    String maxs,
    String sums,
    Optional<String> tails,
    Optional<String> percentiles,
    Map<Integer, String> faults,
    Map<Integer, String> values) {}
