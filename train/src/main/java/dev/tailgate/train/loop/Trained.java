package dev.tailgate.train.loop;

import dev.tailgate.file.WorkFolder;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.train.checkpoint.CheckpointFolder;
import java.io.Closeable;
import java.util.Optional;

/**
 * A model that was trained. Its weights lie in files that go when this is closed, unless they are
 * in the folder of checkpoints: save it before.
 */
public final class Trained implements Closeable {
  private final OnnxModel model;
  private final TrainingRecord record;
  private final Optional<CheckpointFolder> checkpoints;
  private final Optional<WorkFolder> work;

  Trained(
      OnnxModel model,
      TrainingRecord record,
      Optional<CheckpointFolder> checkpoints,
      Optional<WorkFolder> work) {
    this.model = model;
    this.record = record;
    this.checkpoints = checkpoints;
    this.work = work;
  }

  /** The student as it was given, with the weights of the best score, or the last ones. */
  public OnnxModel model() {
    return model;
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
