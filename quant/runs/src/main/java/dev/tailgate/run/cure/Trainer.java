package dev.tailgate.run.cure;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.encodings.Encodings;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.result.CureResult;
import java.io.Closeable;
import java.util.Optional;

/** Trains a rewritten model to do what the original does. */
@FunctionalInterface
interface Trainer {
  /**
   * What came of it.
   *
   * @param model the student with its new weights and all else as it was
   * @param encodings the grids that it was trained on, where it was trained through quantizers
   * @param labels whether labels took part
   * @param record how it went
   * @param finished called once the model is in its place
   * @param files what the weights lie in; closed when the model is saved
   */
  record Result(
      OnnxModel model,
      Optional<Encodings> encodings,
      boolean labels,
      CureResult.Training record,
      Runnable finished,
      Runnable files)
      implements Closeable {
    @Override
    public void close() {
      files.run();
    }
  }

  /**
   * Trains to the end.
   *
   * @param student with its new attention
   * @param teacher the original
   * @param parts of which it sees what is for training
   */
  Result train(OnnxModel student, OnnxModel teacher, CureParts parts, RunProgress progress);
}
