package dev.tailgate.run.heal;

import dev.tailgate.file.Publication;
import dev.tailgate.heal.precision.ExceptionsFile;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.StagedModel;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.result.HealResult;
import dev.tailgate.result.RemedyStep;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.diagnosis.Diagnosis;
import dev.tailgate.result.json.HealResultJson;
import dev.tailgate.run.audit.Audit;
import dev.tailgate.run.audit.AuditRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A healing with its files: the repaired model and its exceptions, {@code heal.json} in the report
 * folder, which is there from the first number on, and the audits of the model before and after.
 */
public final class Healing {
  private static final long SAVED_EVERY_NANOS = 1_000_000_000L;

  private final HealRequest request;
  private final RunProgress progress;
  private long savedAt;
  private boolean saved;

  private Healing(HealRequest request, RunProgress progress) {
    this.request = request;
    this.progress = progress;
  }

  /**
   * Heals, and writes what the request names.
   *
   * @throws dev.tailgate.onnx.ir.ModelException for a model that cannot be read, quantized or
   *     written
   * @throws dev.tailgate.engine.tensor.DataException for data that does not fit, or is too little
   *     to judge by
   * @throws UncheckedIOException for a file that cannot be written
   */
  public static Healed run(HealRequest request, RunProgress progress) {
    return new Healing(request, progress).run();
  }

  private Healed run() {
    HealRun.Outcome outcome = HealRun.run(request, progress, this::save);
    HealResult result = outcome.result().with(Diagnosis.of(outcome.original(), outcome.result()));
    request.report().ifPresent(folder -> store(result, folder));
    Optional<Path> exceptions = exceptions(outcome);
    List<RunResult> audits =
        request.out().isPresent()
            ? publish(outcome, result, request.out().get(), exceptions)
            : audits(outcome, result, request.model());
    if (request.out().isEmpty() && exceptions.isPresent()) {
      write(outcome, exceptions.get());
    }
    return new Healed(
        result, audits, exceptions, QuantizeCommandLine.of(request, outcome, exceptions));
  }

  /** Writes the repaired model, which is in its place when it was audited. */
  private List<RunResult> publish(
      HealRun.Outcome outcome, HealResult result, Path out, Optional<Path> exceptions) {
    OnnxModel repaired = outcome.plan().model().withMetadata("tailgate.heal", kept(result));
    try (StagedModel staged = StagedModel.of(repaired, out)) {
      if (exceptions.isPresent()) {
        ExceptionsFile.add(outcome.exceptions(), exceptions.get(), staged.publication());
      }
      List<RunResult> audits = audits(outcome, result, staged.file());
      audits.set(0, audits.get(0).at(out.toString()));
      staged.publish();
      return audits;
    } catch (IOException e) {
      throw new UncheckedIOException("Writing " + exceptions.orElse(out), e);
    }
  }

  /** Once a second at most: a run that is cut short loses no more. */
  private void save(HealResult partial) {
    long now = System.nanoTime();
    if (request.report().isPresent() && (!saved || now - savedAt > SAVED_EVERY_NANOS)) {
      store(partial, request.report().get());
      savedAt = now;
      saved = true;
    }
  }

  private static void store(HealResult result, Path folder) {
    Path file = folder.resolve(Healed.FILE);
    try {
      byte[] text = HealResultJson.write(result).getBytes(StandardCharsets.UTF_8);
      Publication.write(file, out -> out.write(text));
    } catch (IOException e) {
      throw new UncheckedIOException("Writing " + file, e);
    }
  }

  private static Optional<String> kept(HealResult result) {
    return Optional.of(
        result.steps().stream()
            .filter(step -> step.verdict() == RemedyStep.Verdict.KEPT)
            .map(RemedyStep::remedy)
            .collect(Collectors.joining(", ")));
  }

  /** Beside the repaired model; where none is written, in the report folder. */
  private Optional<Path> exceptions(HealRun.Outcome outcome) {
    if (outcome.exceptions().isEmpty()) {
      return Optional.empty();
    }
    return request
        .out()
        .map(model -> model.resolveSibling(model.getFileName() + ".exceptions.json"))
        .or(() -> request.report().map(folder -> folder.resolve("exceptions.json")));
  }

  private static void write(HealRun.Outcome outcome, Path file) {
    try {
      ExceptionsFile.write(outcome.exceptions(), file);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing " + file, e);
    }
  }

  /** On the held-out samples, of the repaired model with its own settings first. */
  private List<RunResult> audits(HealRun.Outcome outcome, HealResult result, Path model) {
    RunResult original = outcome.original();
    List<RunResult> audits = new ArrayList<>();
    if (request.out().isPresent() || !outcome.exceptions().isEmpty()) {
      audits.add(
          Audit.run(
              new AuditRequest(
                  model,
                  outcome.heldOut(),
                  request.taps(),
                  Optional.of(outcome.plan().settings()),
                  request.options()),
              progress));
    }
    audits.add(result.sensitivity().map(original::with).orElse(original));
    return audits;
  }
}
