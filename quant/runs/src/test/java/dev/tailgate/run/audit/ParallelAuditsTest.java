package dev.tailgate.run.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.result.RunResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParallelAuditsTest {
  @TempDir private Path folder;

  @Test
  void auditsOfTheSameFilesAtOnceFindWhatOneFinds() throws Exception {
    AuditRequest request = request();
    RunResult alone = Audit.run(request);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Callable<RunResult> audit = () -> Audit.run(request);
      for (Future<RunResult> together : threads.invokeAll(List.of(audit, audit))) {
        assertThat(together.get().headline()).isEqualTo(alone.headline());
        assertThat(together.get().task()).isEqualTo(alone.task());
        assertThat(together.get().taps()).isEqualTo(alone.taps());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private AuditRequest request() throws IOException {
    return AuditRequest.of(ReferenceModel.unpack("softmax1.onnx", folder))
        .withData(ReferenceModel.unpack("heldout.npz", folder))
        .withCalibrationData(ReferenceModel.unpack("calibration.npz", folder))
        .withSamples(16)
        .with(new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.FLOAT_ONLY));
  }
}
