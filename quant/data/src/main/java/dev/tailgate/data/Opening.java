package dev.tailgate.data;

import dev.tailgate.engine.fit.SizeSearch;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.onnx.ir.OnnxModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Data that is to be opened for a model.
 *
 * @param model that will run on it
 * @param request what the user named, and how it is to be read
 */
public record Opening(OnnxModel model, DataRequest request) {

  /** The path named, unless it is a query. */
  public Optional<Path> path() {
    return request
        .data()
        .filter(DataSpec.FileSpec.class::isInstance)
        .map(d -> ((DataSpec.FileSpec) d).path());
  }

  /** Whether a folder is named. */
  public boolean isFolder() {
    return path().filter(Files::isDirectory).isPresent();
  }

  /** Whether a file is named. */
  public boolean isFile() {
    return path().filter(Files::isRegularFile).isPresent();
  }

  /** Whether a file is named that ends in one of {@code ends}, in any case. */
  public boolean isFile(String... ends) {
    return isFile() && endsIn(ends);
  }

  /** Whether the path named ends in one of {@code ends}, in any case. */
  public boolean endsIn(String... ends) {
    String name = path().map(Path::toString).orElse("").toLowerCase(Locale.ROOT);
    return Arrays.stream(ends).anyMatch(name::endsWith);
  }

  /** What the model reads. */
  public ModelInputs inputs() {
    return inputs(request.sequenceLength());
  }

  /**
   * What the model reads, {@code length} tokens or points where it leaves that open. Where its
   * graph holds a size that its signature does not state, running it on made-up inputs has shown
   * which.
   */
  public ModelInputs inputs(int length) {
    return ModelInputs.of(model.graph(), SizeSearch.forData(model, request.batchSize(), length));
  }

  /** Batches of {@code set}, as many as are asked for. */
  public DataSource batches(ModelInputs inputs, SampleSet set) {
    return new SampleSource(model.graph(), inputs, set, request);
  }
}
