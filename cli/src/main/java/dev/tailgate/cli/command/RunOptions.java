package dev.tailgate.cli.command;

import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.RunnerOptions;
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

  /** Float kernels of the provider asked for; int8 fusion is the matter of who deploys. */
  RunnerOptions options() {
    return new RunnerOptions(
        ExecutionProvider.parse(executionProvider), threads, RunnerOptions.Optimization.FLOAT_ONLY);
  }
}
