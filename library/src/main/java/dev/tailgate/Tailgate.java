package dev.tailgate;

import dev.tailgate.engine.ProcessEnd;
import dev.tailgate.lab.LabRequest;
import dev.tailgate.lab.LabRun;
import dev.tailgate.page.ComparisonWriter;
import dev.tailgate.page.CureWriter;
import dev.tailgate.page.LabWriter;
import dev.tailgate.page.ReportWriter;
import dev.tailgate.page.console.GateText;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.result.BuildReport;
import dev.tailgate.result.FamilyResult;
import dev.tailgate.result.Inspection;
import dev.tailgate.result.QuantizeReport;
import dev.tailgate.result.RewriteReport;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.TrainResult;
import dev.tailgate.result.compare.Comparison;
import dev.tailgate.result.gate.Gate;
import dev.tailgate.result.gate.GateReport;
import dev.tailgate.result.gate.GateRequest;
import dev.tailgate.result.json.ResultFiles;
import dev.tailgate.result.lab.LabResult;
import dev.tailgate.run.audit.Audit;
import dev.tailgate.run.audit.AuditRequest;
import dev.tailgate.run.audit.Tool;
import dev.tailgate.run.build.BuildRequest;
import dev.tailgate.run.build.BuildRun;
import dev.tailgate.run.compare.CompareRequest;
import dev.tailgate.run.compare.CompareRuns;
import dev.tailgate.run.cure.CureRequest;
import dev.tailgate.run.cure.CureRun;
import dev.tailgate.run.cure.Cured;
import dev.tailgate.run.heal.HealRequest;
import dev.tailgate.run.heal.Healed;
import dev.tailgate.run.heal.Healing;
import dev.tailgate.run.inspect.Inspector;
import dev.tailgate.run.quantize.QuantizeRequest;
import dev.tailgate.run.quantize.QuantizeRun;
import dev.tailgate.run.quantize.QuantizeSummary;
import dev.tailgate.run.recipe.FamilyRequest;
import dev.tailgate.run.recipe.FamilyRun;
import dev.tailgate.run.rewrite.RewriteRequest;
import dev.tailgate.run.rewrite.RewriteRun;
import dev.tailgate.run.rewrite.RewriteSummary;
import dev.tailgate.run.train.TrainRequest;
import dev.tailgate.run.train.TrainRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * Everything the {@code tailgate} command does, as calls: a request in, a record out, nothing
 * printed. The command itself is made of these.
 *
 * <p>A call blocks its thread until it is done, and keeps nothing afterwards: what is native is
 * closed before it returns or throws. Requests and records are immutable, and several calls may run
 * at once. Whoever passes a {@link RunProgress} hears how far a call is, in its thread, and may end
 * it; an interrupt of the thread ends it, too. It then throws a {@link CancellationException},
 * leaves no half-written file, and the interrupt stands as it was. So does the end of the process,
 * by a signal or {@code System.exit}: it waits a few seconds for calls to unwind.
 *
 * <p>Exceptions are unchecked: {@code ModelException} for a model that cannot be read or rewritten,
 * {@code DataException} for data that does not fit, {@code ModelRunException} where ONNX Runtime
 * fails, {@code RuntimeUnavailableException} where what was asked for is not there, {@code
 * CalibrationException} for ranges that cannot be found, {@code TrainingException} and {@code
 * CheckpointException} for a training that cannot begin or go on, {@link UncheckedIOException} for
 * files, and {@link IllegalArgumentException} for a request that contradicts itself.
 */
public final class Tailgate {
  private Tailgate() {}

  /** What is in a model: attentions, measurable activations, sizes. Nothing is run. */
  public static Inspection inspect(Path model) {
    return endable(() -> Inspector.inspect(model));
  }

  /** Writes an untrained model of an architecture. */
  public static BuildReport build(BuildRequest request) {
    return endable(() -> BuildRun.run(request));
  }

  /** As {@link #audit(AuditRequest, RunProgress)}, watched by nobody. */
  public static RunResult audit(AuditRequest request) {
    return audit(request, RunProgress.SILENT);
  }

  /** Activation outliers of a model, and what they cost under simulated quantization. */
  public static RunResult audit(AuditRequest request, RunProgress progress) {
    return endable(() -> Audit.run(request, progress));
  }

  /** As {@link #rewrite(RewriteRequest, RunProgress)}, watched by nobody. */
  public static RewriteReport rewrite(RewriteRequest request) {
    return rewrite(request, RunProgress.SILENT);
  }

  /** Gives the attentions of a model another normaliser or a gate, and writes the result. */
  public static RewriteReport rewrite(RewriteRequest request, RunProgress progress) {
    return endable(() -> RewriteSummary.of(request, RewriteRun.run(request, progress)));
  }

  /** As {@link #quantize(QuantizeRequest, RunProgress)}, watched by nobody. */
  public static QuantizeReport quantize(QuantizeRequest request) {
    return quantize(request, RunProgress.SILENT);
  }

  /** Writes a model that runs in integers, and says which kernels it really gets. */
  public static QuantizeReport quantize(QuantizeRequest request, RunProgress progress) {
    return endable(() -> QuantizeSummary.of(request, QuantizeRun.run(request, progress)));
  }

  /** As {@link #heal(HealRequest, RunProgress)}, watched by nobody. */
  public static Healed heal(HealRequest request) {
    return heal(request, RunProgress.SILENT);
  }

  /**
   * Finds which parts of a model quantization hurts, and what cures it without training. Where the
   * request names a folder, the report of the audits is written into it, too.
   */
  public static Healed heal(HealRequest request, RunProgress progress) {
    Healed healed = endable(() -> Healing.run(request, progress));
    request.report().ifPresent(folder -> report(healed.audits(), folder));
    return healed;
  }

  /** As {@link #cure(CureRequest, RunProgress)}, watched by nobody. */
  public static Cured cure(CureRequest request) {
    return cure(request, RunProgress.SILENT);
  }

  /**
   * Gives the attentions of a model another method, trains the result to do what the model did, and
   * writes it with the proof. Where the request names a folder, the page and the report of the
   * audits are written into it, too.
   */
  public static Cured cure(CureRequest request, RunProgress progress) {
    Cured cured = endable(() -> CureRun.run(request, progress));
    request
        .report()
        .ifPresent(
            folder -> written(() -> CureWriter.write(cured.result(), cured.audits(), folder)));
    return cured;
  }

  /** As {@link #train(TrainRequest, RunProgress)}, watched by nobody. */
  public static TrainResult train(TrainRequest request) {
    return train(request, RunProgress.SILENT);
  }

  /**
   * Trains the weights of a model, and writes it. What is ended leaves a checkpoint beside the file
   * to write, from which a request that resumes goes on bit for bit.
   */
  public static TrainResult train(TrainRequest request, RunProgress progress) {
    return endable(() -> TrainRun.run(request, progress));
  }

  /** As {@link #lab(LabRequest, RunProgress)}, watched by nobody. */
  public static LabResult lab(LabRequest request) {
    return lab(request, RunProgress.SILENT);
  }

  /** Experiments on the OutEffHop memory. */
  public static LabResult lab(LabRequest request, RunProgress progress) {
    return endable(() -> LabRun.run(request, Tool.info(), progress));
  }

  /**
   * Writes what the laboratory found into a folder, as a page and as JSON.
   *
   * @return the files, the page first
   */
  public static List<Path> report(LabResult result, Path folder) {
    return written(() -> LabWriter.write(result, folder));
  }

  /** As {@link #reproduce(FamilyRequest, RunProgress)}, watched by nobody. */
  public static FamilyResult reproduce(FamilyRequest request) {
    return reproduce(request, RunProgress.SILENT);
  }

  /**
   * Trains and audits the models of a recipe, several at a time, each on one thread. What is ended
   * keeps the models that were finished; the same request goes on behind them.
   */
  public static FamilyResult reproduce(FamilyRequest request, RunProgress progress) {
    return endable(() -> FamilyRun.run(request, progress));
  }

  /** As {@link #compare(CompareRequest, RunProgress)}, watched by nobody. */
  public static Comparison compare(CompareRequest request) {
    return compare(request, RunProgress.SILENT);
  }

  /** Models, methods and earlier results side by side. */
  public static Comparison compare(CompareRequest request, RunProgress progress) {
    return endable(() -> CompareRuns.run(request, progress));
  }

  /** Whether a result keeps to rules. */
  public static GateReport gate(GateRequest request) {
    return Gate.judge(request);
  }

  /** The verdicts of a gate as the table that {@code tailgate gate} prints. */
  public static String table(GateReport report) {
    return GateText.render(report);
  }

  /** A result that was written: the {@code result.json} itself, or the folder that holds it. */
  public static RunResult read(Path result) {
    return ResultFiles.read(result);
  }

  /**
   * Writes a report into a folder: {@code report.html}, the charts and {@code result.json}.
   *
   * @param results the model the report is about, then any that stand beside it
   * @return {@code report.html}
   */
  public static Path report(List<RunResult> results, Path folder) {
    return written(() -> ReportWriter.write(results, folder)).get(0);
  }

  /** The same without the results, which stay as they are: a page of what was written before. */
  public static Path page(List<RunResult> results, Path folder) {
    return written(() -> ReportWriter.writeViews(results, folder)).get(0);
  }

  /**
   * Writes a comparison into a folder in every format.
   *
   * @return the files, the page first
   */
  public static List<Path> report(Comparison comparison, Path folder) {
    return written(() -> ComparisonWriter.write(comparison, folder));
  }

  private interface Writing {
    List<Path> write() throws IOException;
  }

  private static List<Path> written(Writing writing) {
    return endable(
        () -> {
          try {
            return writing.write();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** An interrupt that meets a file instead of a batch ends a call in the same way. */
  private static <T> T endable(Supplier<T> call) {
    try {
      return ProcessEnd.call(call);
    } catch (RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof ClosedByInterruptException) {
          CancellationException end =
              new CancellationException("The run ends here: its thread was interrupted");
          end.initCause(e);
          throw end;
        }
      }
      throw e;
    }
  }
}
