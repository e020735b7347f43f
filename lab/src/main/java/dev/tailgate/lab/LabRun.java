package dev.tailgate.lab;

import dev.tailgate.engine.RuntimeInfo;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.result.ToolInfo;
import dev.tailgate.result.lab.LabResult;
import dev.tailgate.result.lab.Study;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes experiments, one after the other. */
public final class LabRun {
  private LabRun() {}

  /**
   * Makes what the request names.
   *
   * @param tool the program, as results name it
   * @throws dev.tailgate.engine.tensor.DataException for data that cannot be used, and for sizes
   *     that do not fit into memory
   */
  public static LabResult run(LabRequest request, ToolInfo tool, RunProgress progress) {
    Optional<PatternFile> file = request.data().map(PatternFile::read);
    List<Experiment> wanted =
        Experiments.ALL.stream()
            .filter(
                experiment ->
                    request.experiments().isEmpty()
                        || request.experiments().contains(experiment.id()))
            .toList();
    List<Study> studies = new ArrayList<>();
    String data;
    try (Laboratory lab =
        new Laboratory(
            request.seed(), file, request.options().until(progress::cancelled), progress)) {
      for (Experiment experiment : wanted) {
        progress.at(experiment.id(), studies.size(), wanted.size());
        long began = System.nanoTime();
        Study study = experiment.run(lab);
        studies.add(study.in((System.nanoTime() - began) / 1e9));
      }
      data = lab.patterns().description();
    }
    return new LabResult(
        LabResult.SCHEMA_VERSION, tool, RuntimeInfo.version(), request.seed(), data, studies);
  }
}
