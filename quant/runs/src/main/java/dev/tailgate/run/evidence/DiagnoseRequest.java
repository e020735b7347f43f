package dev.tailgate.run.evidence;

import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.onnx.role.TapRole;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.result.TapResult;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What to look at.
 *
 * @param map of the float model
 * @param taps the activations to look at, worst first
 * @param quantization the grids of a scheme
 * @param data the samples to look at, all of them
 */
public record DiagnoseRequest(
    ModelMap map,
    List<Tap> taps,
    Optional<Calibrated> quantization,
    DataSource data,
    RunnerOptions options,
    RunProgress progress) {
  /** Rows that are enough to see which channel and token it is. */
  public static final int ROWS = 32;

  /** Taps that a reader would look at. */
  public static final int TAPS = 12;

  /** Rows of an audit, which looks at more taps for their pictures. */
  public static final int AUDIT_ROWS = 16;

  /** Taps of an audit; handing out all of a large model takes longer than the audit itself. */
  public static final int AUDIT_TAPS = 64;

  /** Copies the taps. */
  public DiagnoseRequest {
    taps = List.copyOf(taps);
  }

  /**
   * The taps of an audit with the largest kurtosis. Scores and probabilities are left out: the
   * evidence of the sites speaks of them, and their last axis is no channel.
   */
  public static List<Tap> worst(TapMap map, List<TapResult> measured, int most) {
    Set<String> wanted =
        measured.stream()
            .filter(tap -> Double.isFinite(tap.kurtosis()))
            .sorted(Comparator.comparingDouble(TapResult::kurtosis).reversed())
            .map(TapResult::tensor)
            .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
    return wanted.stream()
        .flatMap(name -> map.taps().stream().filter(tap -> tap.tensor().equals(name)))
        .filter(tap -> !tap.is(TapRole.ATTN_SCORES) && !tap.is(TapRole.ATTN_PROBS))
        .limit(most)
        .toList();
  }
}
