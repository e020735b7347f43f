package dev.tailgate.run.rewrite;

import dev.tailgate.data.Amount;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.SiteSelection;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A rewrite from file to file.
 *
 * @param model the ONNX file
 * @param out the file to write
 * @param spec the method; sinks and gates from files take the place of its own
 * @param selection which sites
 * @param sinks trained sinks
 * @param gates trained gates
 * @param shift mass that fitted sinks leave to nothing; empty fits none
 * @param expectedSites how many sites must be rewritten; empty asks for at least one
 * @param verify whether both models are run
 * @param samples what they are run on
 * @param options how
 */
public record RewriteRequest(
    Path model,
    Path out,
    MethodSpec spec,
    SiteSelection selection,
    Optional<Path> sinks,
    Optional<Path> gates,
    OptionalDouble shift,
    Optional<Integer> expectedSites,
    boolean verify,
    Samples samples,
    RunnerOptions options) {
  /** The same with a method of the list, as its paper has it. */
  public static RewriteRequest of(Path model, Path out, Method method) {
    return of(model, out, MethodSpec.of(method));
  }

  /** Rewrites every attention of {@code model} into {@code out}; at least one must be found. */
  public static RewriteRequest of(Path model, Path out, MethodSpec spec) {
    return new RewriteRequest(
        model,
        out,
        spec,
        SiteSelection.ALL,
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        false,
        Samples.DEFAULT.with(Amount.Budget.SMALL),
        RunnerOptions.DEFAULT);
  }

  /** The same where models are run with other options. */
  public RewriteRequest with(RunnerOptions other) {
    return new RewriteRequest(
        model, out, spec, selection, sinks, gates, shift, expectedSites, verify, samples, other);
  }

  /** The same with both models run on the samples in a file or folder and compared. */
  public RewriteRequest verifiedOn(Path files) {
    return verifiedOn(samples.withData(DataSpec.of(files)));
  }

  /** The same with both models run on {@code data} and compared. */
  public RewriteRequest verifiedOn(Samples data) {
    return new RewriteRequest(
        model, out, spec, selection, sinks, gates, shift, expectedSites, true, data, options);
  }
}
