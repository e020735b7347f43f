package dev.tailgate.cli.heal;

import dev.tailgate.heal.precision.Exceptions;
import dev.tailgate.heal.precision.ExceptionsFile;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.PartialFile;
import dev.tailgate.page.ReportWriter;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.weights.WeightRange;
import dev.tailgate.result.HealResult;
import dev.tailgate.result.RemedyStep;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.SensitivityResult;
import dev.tailgate.result.json.HealResultJson;
import dev.tailgate.run.audit.Audit;
import dev.tailgate.run.audit.AuditRequest;
import dev.tailgate.run.heal.HealRequest;
import dev.tailgate.run.heal.HealRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The files of a healing: {@code heal.json} in the report folder, which is there from the first
 * number on; the repaired model with its exceptions; and the audits of the model before and after.
 */
public final class HealFiles {
  private static final String RESULT = "heal.json";
  private static final long SAVED_EVERY_NANOS = 1_000_000_000L;

  private final HealRequest request;
  private final Path folder;
  private final List<String> written = new ArrayList<>();
  private long savedAt;
  private boolean saved;

  /** For a request whose report goes into {@code folder}. */
  public HealFiles(HealRequest request, Path folder) {
    this.request = request;
    this.folder = folder;
  }

  /** Saves what is known so far, once a second at most: a run that is cut short loses no more. */
  public void save(HealResult result) {
    long now = System.nanoTime();
    if (!saved || now - savedAt > SAVED_EVERY_NANOS) {
      store(result);
      savedAt = now;
      saved = true;
    }
  }

  private void store(HealResult result) {
    try {
      Files.createDirectories(folder);
      byte[] text = HealResultJson.write(result).getBytes(StandardCharsets.UTF_8);
      PartialFile.replace(folder.resolve(RESULT).toAbsolutePath(), out -> out.write(text));
    } catch (IOException e) {
      throw new UncheckedIOException("Writing " + folder.resolve(RESULT), e);
    }
  }

  /** Writes all files of {@code outcome}. */
  public void write(HealRun.Outcome outcome, HealResult result, RunProgress progress)
      throws IOException {
    store(result);
    written.add("numbers in " + folder.resolve(RESULT));
    if (request.out().isPresent()) {
      Path model = request.out().get();
      OnnxModel healed = outcome.candidate().model();
      healed.withMetadata("tailgate.heal", kept(result)).save(model);
      written.add("repaired model in " + model);
    }
    if (!outcome.exceptions().isEmpty()) {
      Path file = exceptionsFile();
      ExceptionsFile.write(outcome.exceptions(), file);
      written.add("exceptions in " + file);
    }
    report(outcome, result.sensitivity(), progress);
  }

  private static Optional<String> kept(HealResult result) {
    return Optional.of(
        result.steps().stream()
            .filter(step -> step.verdict() == RemedyStep.Verdict.KEPT)
            .map(RemedyStep::remedy)
            .collect(Collectors.joining(", ")));
  }

  /** Beside the repaired model; where none is written, in the report folder. */
  private Path exceptionsFile() {
    return request
        .out()
        .map(model -> model.resolveSibling(model.getFileName() + ".exceptions.json"))
        .orElse(folder.resolve("exceptions.json"));
  }

  /** The audits on the held-out samples, of the repaired model with its own settings first. */
  private void report(
      HealRun.Outcome outcome, Optional<SensitivityResult> sensitivity, RunProgress progress)
      throws IOException {
    RunResult original = outcome.original();
    List<RunResult> results =
        new ArrayList<>(List.of(sensitivity.map(original::with).orElse(original)));
    QuantizationSettings healed = outcome.exceptions().applyTo(outcome.candidate().settings());
    if (request.out().isPresent() || !outcome.exceptions().isEmpty()) {
      results.add(
          0,
          Audit.run(
              new AuditRequest(
                  request.out().orElse(request.model()),
                  outcome.heldOut(),
                  request.taps(),
                  Optional.of(healed),
                  request.options()),
              progress));
    }
    Path report = ReportWriter.write(results, folder).get(0);
    written.add((results.size() > 1 ? "audits after and before in " : "audit in ") + report);
  }

  /** What was written, a line each. */
  public List<String> written() {
    return List.copyOf(written);
  }

  /**
   * How to quantize what came out, as it is typed; empty where nothing did, and where it is
   * refused.
   */
  public Optional<String> command(HealRun.Outcome outcome) {
    boolean deployable =
        request.settings().scheme().formats().stream().allMatch(NumberFormat::isDeployable);
    if (!deployable || (request.out().isEmpty() && outcome.exceptions().isEmpty())) {
      return Optional.empty();
    }
    Path model = request.out().orElse(request.model());
    Exceptions exceptions = outcome.exceptions();
    StringBuilder command = new StringBuilder("tailgate quantize ").append(quoted(model));
    command.append(" --scheme ").append(request.settings().scheme().name());
    command.append(" --placement ").append(request.settings().placement().label());
    QuantizationSettings settings = outcome.candidate().settings();
    String[] estimator = settings.estimators().get(0).label().split(" ", -1);
    command.append(" --range-estimator ").append(estimator[0]);
    if (estimator.length > 1) {
      command.append(" --percentile ").append(estimator[1]);
    }
    if (!settings.weightRange().equals(new WeightRange.MinMax())) {
      command.append(" --weight-range ").append(settings.weightRange().label());
    }
    if (settings.sequential()) {
      command.append(" --no-clean-calibration");
    }
    if (!exceptions.isEmpty()) {
      command.append(" --exceptions ").append(quoted(exceptionsFile()));
    }
    return Optional.of(command.append(" --data CALIBRATION_DATA -o QUANTIZED.onnx").toString());
  }

  private static String quoted(Path path) {
    String text = path.toString();
    return text.matches("[\\w./+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
