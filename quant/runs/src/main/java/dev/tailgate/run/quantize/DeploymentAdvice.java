package dev.tailgate.run.quantize;

import dev.tailgate.quant.calibrate.DataFault;
import dev.tailgate.quant.deploy.SaturationReport;
import dev.tailgate.quant.placement.PlacementPlan;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.weights.WeightGrids;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a reader should know before deploying a model, as sentences. */
final class DeploymentAdvice {
  private static final int MOST_FAULTS = 5;

  private DeploymentAdvice() {}

  static List<String> of(
      Calibrated quantization, Coverage coverage, List<SaturationReport> saturation) {
    List<String> advice = new ArrayList<>();
    weights(quantization.weightNotes(), advice);
    unprobed(quantization.plan().placed(), quantization.activations(), advice);
    List<DataFault> faults = quantization.source().faults();
    faults.stream().limit(MOST_FAULTS).forEach(f -> advice.add(f.inWords()));
    if (faults.size() > MOST_FAULTS) {
      advice.add(faults.size() - MOST_FAULTS + " more tensors with such values.");
    }
    long narrow = coverage.count(Coverage.Outcome.NARROW_WEIGHTS);
    if (narrow > 0) {
      advice.add(
          narrow
              + " products run as MatMulNBits, which rounds activations to int8 by blocks on its own,"
              + " whatever the scheme says of them. Set session.qdq_matmulnbits_accuracy_level to 1"
              + " for float activations.");
    }
    saturation(saturation, advice);
    return advice;
  }

  /** Notes on weights gathered by text; names would drown the rest. */
  private static void weights(List<WeightGrids.Note> notes, List<String> advice) {
    Map<String, List<String>> byText = new LinkedHashMap<>();
    notes.forEach(
        note -> byText.computeIfAbsent(note.text(), k -> new ArrayList<>()).add(note.tensor()));
    byText.forEach(
        (text, tensors) ->
            advice.add(
                "Weight "
                    + tensors.get(0)
                    + (tensors.size() > 1 ? " and " + (tensors.size() - 1) + " more" : "")
                    + ": "
                    + text
                    + "."));
  }

  private static void unprobed(
      PlacementPlan plan, List<QuantPoint.Activation> points, List<String> advice) {
    Set<String> probed =
        points.stream().map(QuantPoint.Activation::tensor).collect(Collectors.toSet());
    List<String> lost =
        plan.activations().stream()
            .filter(c -> !c.uses().isEmpty() && !probed.contains(c.tensor()))
            .map(PlacementPlan.Candidate::tensor)
            .toList();
    if (!lost.isEmpty()) {
      advice.add(
          lost.size()
              + " activations of the placement are no float tensors with elements in a trial run and"
              + " stay float, the first is "
              + lost.get(0)
              + ".");
    }
  }

  private static void saturation(List<SaturationReport> reports, List<String> advice) {
    List<SaturationReport> unsafe =
        reports.stream()
            .filter(r -> r.anyCode().pairs() > 0)
            .sorted(Comparator.comparingDouble(SaturationReport::unsafeShare).reversed())
            .toList();
    if (unsafe.isEmpty()) {
      return;
    }
    SaturationReport worst = unsafe.get(0);
    advice.add(
        String.format(
            Locale.ROOT,
            "On x86 processors without VNNI, sums of two products can overflow 16 bits in %d of %d"
                + " int8 weights; worst %s: %.4f %% of its pairs, in %.1f %% of its outputs. There,"
                + " quantize with --weights int7 or set session.x64quantprecision to 1.",
            unsafe.size(),
            reports.size(),
            worst.tensor(),
            100 * worst.unsafeShare(),
            100.0 * worst.anyCode().outputs() / Math.max(1, worst.outputs())));
  }
}
