package dev.tailgate.run.recipe;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.generated.GeneratedSource;
import dev.tailgate.data.generated.GeneratedSource.Use;
import dev.tailgate.data.generated.Generator;
import dev.tailgate.data.numpy.NpzArchive;
import dev.tailgate.data.open.Samples;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.file.Publication;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What models of a family are judged on: samples of their own, written once. */
final class FamilyData {
  /** Samples to score. */
  static final String HELD_OUT = "heldout.npz";

  /** Samples to find ranges on. */
  static final String CALIBRATION = "calibration.npz";

  private static final int SCORED = 512;
  private static final int CALIBRATED = 128;
  private static final long SCORED_SEED = 1001;
  private static final long CALIBRATED_SEED = 2001;
  private static final int BATCH = 8;
  private static final String LABELS = "labels";

  private FamilyData() {}

  /** The samples that nothing is trained on. */
  static GeneratedSource heldOut(Generator generator) {
    return new GeneratedSource(generator, Use.HELD_OUT, SCORED_SEED, SCORED, SCORED);
  }

  static void write(Generator generator, Path folder) throws IOException {
    Batch scored = heldOut(generator).batches().next();
    Batch calibrated =
        new GeneratedSource(generator, Use.CALIBRATION, CALIBRATED_SEED, CALIBRATED, CALIBRATED)
            .batches()
            .next();
    // The tokens of a decoder are their own labels.
    Optional<Tensor> labels =
        scored.labels().filter(found -> !scored.inputs().containsValue(found));
    boolean areTokens = scored.inputs().size() == 1 && scored.inputs().containsKey("input_ids");
    write(scored.inputs(), areTokens ? Optional.empty() : labels, folder.resolve(HELD_OUT));
    write(calibrated.inputs(), Optional.empty(), folder.resolve(CALIBRATION));
  }

  private static void write(Map<String, Tensor> inputs, Optional<Tensor> labels, Path file)
      throws IOException {
    Map<String, Tensor> arrays = new TreeMap<>(inputs);
    labels.ifPresent(found -> arrays.put(LABELS, found));
    Publication.write(file, out -> NpzArchive.write(arrays, out));
  }

  /** All of them, as a user would ask for them. */
  static Samples samples(Path folder) {
    DataRequest request =
        new DataRequest(
            Optional.of(folder.resolve(HELD_OUT)), Optional.empty(), SCORED, BATCH, 128, 0);
    return new Samples(request, Optional.of(DataSpec.of(folder.resolve(CALIBRATION))));
  }
}
