package dev.tailgate.quant.calibrate;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.stats.DyadicHistogram;
import dev.tailgate.stats.Range;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Bins activations on a few threads while the next ones are copied out of the runtime. At most as
 * many copies as threads wait at a time.
 */
final class HistogramFeed implements AutoCloseable {
  private static final int CHUNK = 1 << 14;

  private final ExecutorService workers;
  private final Semaphore free;
  private final List<Future<?>> pending = new ArrayList<>();

  HistogramFeed(int threads) {
    int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    this.free = new Semaphore(count);
    this.workers =
        Executors.newFixedThreadPool(
            count,
            task -> {
              Thread thread = new Thread(task, "tailgate-histogram");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Adds the values of {@code tensor} that lie in {@code good}, the range of those that count. One
   * histogram must not be given twice before {@link #finish()}.
   */
  void add(DyadicHistogram histogram, Tensor tensor, Range good) {
    free.acquireUninterruptibly();
    pending.add(
        workers.submit(
            () -> {
              try {
                bin(histogram, tensor, good);
              } finally {
                free.release();
              }
            }));
  }

  private static void bin(DyadicHistogram histogram, Tensor tensor, Range good) {
    FloatBuffer values = tensor.data().asFloatBuffer();
    float[] chunk = new float[Math.min(CHUNK, Math.max(1, values.remaining()))];
    while (values.hasRemaining()) {
      int size = Math.min(chunk.length, values.remaining());
      values.get(chunk, 0, size);
      histogram.acceptWithin(chunk, 0, size, good, FaultNodes.LOWEST_HALF);
    }
  }

  /** Waits until everything is binned. */
  void finish() {
    try {
      for (Future<?> task : pending) {
        task.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while binning activations", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Failed to bin an activation", e);
    } finally {
      pending.clear();
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
