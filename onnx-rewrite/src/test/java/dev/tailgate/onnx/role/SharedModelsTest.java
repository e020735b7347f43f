package dev.tailgate.onnx.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.attention.NotASite;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.layer.ModelMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Real exports, where a folder of them lies beside the project. */
class SharedModelsTest {

  private static Optional<Path> folder() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path models = at.resolve("shared/data/models");
      if (Files.isDirectory(models)) {
        return Optional.of(models);
      }
    }
    return Optional.empty();
  }

  @Test
  void everySoftmaxIsASiteOrHasAReason() throws IOException {
    Optional<Path> models = folder();
    assumeTrue(models.isPresent(), "no folder shared/data/models beside the project");
    List<Path> files;
    try (Stream<Path> walk = Files.walk(models.get())) {
      files = walk.filter(f -> f.toString().endsWith(".onnx")).sorted().toList();
    }
    int read = 0;
    for (Path file : files) {
      Optional<OnnxModel> model = load(file);
      if (model.isPresent()) {
        check(file, model.get());
        read++;
      }
    }
    assertThat(read).isPositive();
  }

  private static Optional<OnnxModel> load(Path file) {
    try {
      return Optional.of(OnnxModel.load(file));
    } catch (ModelException unsound) {
      // Damaged files are there on purpose; reading them is tested with the graph layer.
      return Optional.empty();
    }
  }

  private static void check(Path file, OnnxModel model) {
    AttentionReport report = AttentionFinder.find(model);
    List<OnnxNode> seen = new ArrayList<>();
    report.sites().forEach(site -> seen.add(site.normalisation().node()));
    report.notSites().forEach(not -> seen.add(not.node()));
    List<OnnxNode> softmaxes =
        model.graph().nodes().stream().filter(n -> n.is("Softmax") || n.is("LogSoftmax")).toList();
    assertThat(seen).as(file.toString()).containsAll(softmaxes);
    assertThat(report.notSites()).extracting(NotASite::reason).noneMatch(String::isBlank);
    List<String> tensors = ModelMap.of(model).taps().taps().stream().map(Tap::tensor).toList();
    assertThat(tensors).as(file.toString()).doesNotHaveDuplicates();
  }
}
