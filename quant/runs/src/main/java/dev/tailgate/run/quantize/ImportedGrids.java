package dev.tailgate.run.quantize;

import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.quant.encodings.EncodingMatch;
import dev.tailgate.quant.encodings.EncodingsFile;
import dev.tailgate.quant.encodings.ModelTensors;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.Plan;
import dev.tailgate.quant.plan.TakenBranches;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A plan whose grids come from a file of encodings instead of from calibration.
 *
 * @param notes what of the file or the model found no counterpart
 */
record ImportedGrids(Calibrated calibrated, List<String> notes) {

  static ImportedGrids read(Path file, Plan plan, List<QuantPoint.Activation> activations) {
    TakenBranches branches = plan.branches(activations);
    List<QuantPoint.Weight> weights =
        plan.placed().weights().stream().flatMap(w -> branches.run(w).stream()).toList();
    EncodingsFile.Content content = content(file, new ModelTensors(plan.model(), weights));
    List<QuantPoint> points = new ArrayList<>(weights);
    points.addAll(activations);
    EncodingMatch match = EncodingMatch.of(content.encodings(), plan.model().graph(), points);
    List<String> notes = new ArrayList<>();
    note(notes, match.unknown(), "encodings name tensors the model does not have");
    note(notes, match.unused(), "encodings are of tensors the placement does not quantize");
    note(notes, content.leftOut(), "entries of the file were left out");
    note(
        notes,
        match.without().stream().map(QuantPoint::tensor).toList(),
        "tensors of the placement have no encoding and stay float");
    Calibrated calibrated =
        new Calibrated(
            plan, activations, match.quantizers(), Calibrated.Source.ENCODINGS, List.of());
    return new ImportedGrids(calibrated, notes);
  }

  private static EncodingsFile.Content content(Path file, ModelTensors tensors) {
    try {
      return EncodingsFile.read(file, tensors);
    } catch (IOException e) {
      throw DataException.doing("reading encodings")
          .expected("a readable file")
          .found(String.valueOf(e.getMessage()))
          .where(String.valueOf(file.getFileName()))
          .fix("Check the path and its permissions.", e);
    }
  }

  private static void note(List<String> notes, List<String> names, String what) {
    if (!names.isEmpty()) {
      notes.add(names.size() + " " + what + ", the first is " + names.get(0));
    }
  }
}
