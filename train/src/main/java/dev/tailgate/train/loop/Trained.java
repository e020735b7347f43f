package dev.tailgate.train.loop;

import dev.tailgate.file.WorkFolder;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.encodings.Encodings;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.train.checkpoint.CheckpointFolder;
import java.io.Closeable;
import java.util.Optional;

/**
 * A model that was trained. Its weights lie in files that go when this is closed, unless they are
 * in the folder of checkpoints: save it before.
 */
public final class Trained implements Closeable {
  private final OnnxModel model;
  private final Optional<Calibrated> grids;
  private final TrainingRecord record;
  private final Optional<CheckpointFolder> checkpoints;
  private final Optional<WorkFolder> work;

  Trained(
      OnnxModel model,
      Optional<Calibrated> grids,
      TrainingRecord record,
      Optional<CheckpointFolder> checkpoints,
      Optional<WorkFolder> work) {
    this.model = model;
    this.grids = grids;
    this.record = record;
    this.checkpoints = checkpoints;
    this.work = work;
  }

  /** The student as it was given, with the weights of the best score, or the last ones. */
  public OnnxModel model() {
    return model;
  }

  /**
   * The grids that it was trained on, by tensors of its main graph; {@code quantize --encodings}
   * takes them.
   */
  public Optional<Encodings> encodings() {
    return grids.map(found -> Encodings.of(found.quantizers(), found.plan().settings().scheme()));
  }

  /** How it went. */
  public TrainingRecord record() {
    return record;
  }

  /** Removes the checkpoints, once the model is saved and they have served their purpose. */
  public void removeCheckpoints() {
    checkpoints.ifPresent(CheckpointFolder::remove);
  }

  @Override
  public void close() {
    work.ifPresent(WorkFolder::close);
  }
}
