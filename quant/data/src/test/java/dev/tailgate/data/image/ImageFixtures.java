package dev.tailgate.data.image;

import dev.tailgate.data.Amount;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.FormatOptions;
import dev.tailgate.data.NpyFixture;
import dev.tailgate.data.Shard;
import dev.tailgate.data.SignatureModel;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Pictures that testdata/recipes/image_vectors.py made, and requests for them. */
final class ImageFixtures {
  private ImageFixtures() {}

  static Path file(String name) {
    try {
      return Path.of(Objects.requireNonNull(ImageFixtures.class.getResource(name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static NpyFixture expected(String name) {
    return NpyFixture.of(ImageFixtures.class, "expected/" + name + ".npy");
  }

  /** A classifier that reads pictures of that shape; 4 dimensions, the first the batch. */
  static OnnxModel model(ElementType type, Object... dims) {
    return new SignatureModel().input("pixels", type, dims).output("logits", "n", 10).load();
  }

  static ImageSet open(OnnxModel model, ImageOptions options, Path path) {
    return open(model, request(options, Optional.empty()), path);
  }

  static ImageSet open(OnnxModel model, DataRequest request, Path path) {
    return ImageSet.open(model, ModelInputs.of(model.graph(), 4, 8), request, path);
  }

  static DataRequest request(ImageOptions options, Optional<Task> task) {
    return new DataRequest(
        Optional.empty(),
        Optional.empty(),
        Amount.of(100),
        3,
        8,
        5,
        task,
        Optional.empty(),
        Shard.WHOLE,
        FormatOptions.DEFAULT.with(ImageOptions.SET, options),
        DataRequest.Purpose.EVALUATION,
        Optional.empty());
  }
}
