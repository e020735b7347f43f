package dev.tailgate.train.loop;

import dev.tailgate.data.DataSource;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.train.checkpoint.CheckpointFolder;
import dev.tailgate.train.graph.TrainingPlan;
import dev.tailgate.train.qat.Quantizing;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What to train, on what, and how.
 *
 * @param student the model as it is to be saved: of any operator set, its initialisers are trained
 * @param teacher the model that losses compare it with, where one does
 * @param data the samples to train on
 * @param heldOut the samples to score on, which are none of those; without, the last weights are
 *     taken, and nothing ends early
 * @param step what one step does
 * @param loop how many there are
 * @param options where and how models run
 * @param checkpoints where the training can be gone on from; empty writes nothing
 * @param quantizing the quantizers that the student is trained, and scored, through; empty trains
 *     it as it is
 */
public record Training(
    OnnxModel student,
    Optional<OnnxModel> teacher,
    DataSource data,
    Optional<DataSource> heldOut,
    TrainingPlan step,
    LoopPlan loop,
    RunnerOptions options,
    Optional<Checkpoints> checkpoints,
    Optional<Quantizing> quantizing) {
  /** A training without quantizers. */
  public Training(
      OnnxModel student,
      Optional<OnnxModel> teacher,
      DataSource data,
      Optional<DataSource> heldOut,
      TrainingPlan step,
      LoopPlan loop,
      RunnerOptions options,
      Optional<Checkpoints> checkpoints) {
    this(student, teacher, data, heldOut, step, loop, options, checkpoints, Optional.empty());
  }

  /** The same through quantizers. */
  public Training through(Quantizing quantizers) {
    return new Training(
        student, teacher, data, heldOut, step, loop, options, checkpoints, Optional.of(quantizers));
  }

  /**
   * Checkpoints of a training.
   *
   * @param folder of this training alone
   * @param resume whether it goes on from the checkpoint that is there; without, one that is there
   *     is a reason to refuse
   */
  public record Checkpoints(Path folder, boolean resume) {
    /**
     * Makes sure that a training may begin here, which whoever has work to do before it asks first.
     *
     * @throws TrainingException where there is a checkpoint, and the training does not go on from
     *     one
     */
    public void requireFree() {
      if (!resume && CheckpointFolder.isIn(folder)) {
        throw new TrainingException(
            "Failed to begin training: expected no checkpoint in "
                + folder
                + ", found one. Go on from it with --resume, or remove the folder to begin anew.");
      }
    }
  }
}
