package dev.tailgate.quant.contest;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Tensor;
import java.util.Map;

/** Runs one batch after the other. Owns the sessions it runs on: close it after the last batch. */
public interface BatchRunner extends AutoCloseable {
  /** What observers are to see of {@code batch}: outputs by name, on the heap. */
  Map<String, Tensor> run(Batch batch);

  @Override
  void close();
}
