package dev.tailgate.result.compare;

import dev.tailgate.result.ModelInfo;
import dev.tailgate.result.RunInfo;
import java.util.List;

/**
 * One model behind a row.
 *
 * @param seed of its training
 * @param path the file as the user named it
 * @param sha256 hash of the file
 * @param ranges how activation ranges were found
 * @param ranOn device, runtime and program that measured, in words
 * @param numbers one for each {@link MethodColumn}, in their order; NaN where there is none
 */
public record Member(
    int seed, String path, String sha256, String ranges, String ranOn, List<Double> numbers) {
  private static final List<MethodColumn> COLUMNS = List.of(MethodColumn.values());

  /** Copies the list. */
  public Member {
    numbers = List.copyOf(numbers);
  }

  /** The number in a column. */
  public double number(MethodColumn column) {
    return numbers.get(COLUMNS.indexOf(column));
  }

  static Member of(MethodRun run) {
    ModelInfo model = run.result().model();
    RunInfo how = run.result().run();
    return new Member(
        run.seed(),
        model.path(),
        model.sha256(),
        how.rangeEstimator(),
        how.device()
            + ", ONNX Runtime "
            + how.ortVersion()
            + ", "
            + run.result().tool().name()
            + " "
            + run.result().tool().version(),
        COLUMNS.stream().map(column -> column.of(run)).toList());
  }
}
