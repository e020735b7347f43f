package dev.tailgate.cli.command;

import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.RunnerOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Where a model runs. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class RunOptions {
  @Option(
      names = "--ep",
      paramLabel = "EP",
      defaultValue = "cpu",
      converter = Choice.Providers.class,
      completionCandidates = Choice.Providers.class,
      description = {
        "Execution provider: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}. It is used, or"
            + " Tailgate ends with exit code 4."
      })
  private String executionProvider;

  @Option(
      names = "--threads",
      paramLabel = "T",
      defaultValue = "0",
      converter = Bounded.CountOrZero.class,
      description = "Threads inside an operator; 0 lets ONNX Runtime choose. Default: 0.")
  private int threads;

  @Option(
      names = "--custom-ops",
      paramLabel = "LIB",
      description = {
        "A native library with operators that ONNX Runtime does not have, such as that of"
            + " onnxruntime-extensions; may be repeated. Its code runs with your rights: it is taken"
            + " from the command line only, never from a model or a tailgate.yaml."
      })
  private List<Path> customOps = new ArrayList<>();

  /** Float kernels of the provider asked for; int8 fusion is the matter of who deploys. */
  RunnerOptions options() {
    return new RunnerOptions(
            ExecutionProvider.parse(executionProvider),
            threads,
            RunnerOptions.Optimization.FLOAT_ONLY)
        .withCustomOps(customOps);
  }
}
