package dev.tailgate.cli.reference;

import dev.tailgate.file.CacheFolder;
import java.nio.file.Path;
import java.util.List;

/**
 * The pair of decoders that an audit without a model shows.
 *
 * @param vanilla a decoder with softmax attention
 * @param softmax1 the same recipe with Softmax1
 * @param heldOut sequences neither was trained on
 * @param calibration further sequences, for activation ranges
 */
public record ReferenceModels(Path vanilla, Path softmax1, Path heldOut, Path calibration) {
  private static final List<String> FILES =
      List.of("vanilla.onnx", "softmax1.onnx", "heldout.npz", "calibration.npz");

  /** Unpacks into the user's cache, or below {@code fallback} where that cannot be written. */
  public static ReferenceModels unpack(Path fallback) {
    return unpack(CacheFolder.path(), fallback);
  }

  static ReferenceModels unpack(Path cache, Path fallback) {
    Path folder = BuiltInFiles.unpack("reference", FILES, cache, fallback);
    return new ReferenceModels(
        folder.resolve(FILES.get(0)),
        folder.resolve(FILES.get(1)),
        folder.resolve(FILES.get(2)),
        folder.resolve(FILES.get(3)));
  }
}
