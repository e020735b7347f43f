package dev.tailgate.data.opset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.open.DataSources;
import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.opset.RaiseOpset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Exports of real architectures in opset 18 give what they gave, bit for bit. */
class RaisedExportsTest {
  private static final RunnerOptions CPU =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.NONE);

  static Stream<Path> exports() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../../testdata/exports"))) {
      return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("exports")
  void computesTheSame(Path path) {
    OnnxModel model = OnnxModel.load(path);
    OnnxModel raised = RaiseOpset.apply(model);
    assertThat(raised.opset()).isGreaterThanOrEqualTo(RaiseOpset.OPSET);
    Path data = path.resolveSibling(path.getFileName().toString().replace(".onnx", ".npz"));
    DataSource source =
        DataSources.open(model, new DataRequest(Optional.of(data), Optional.empty(), 2, 2, 16, 1));
    Map<String, Tensor> feeds = source.batches().next().inputs();
    assertThat(run(raised, feeds)).isEqualTo(run(model, feeds));
    assertThat(raised.graph().initializers().keySet())
        .containsAll(model.graph().initializers().keySet());
    List<String> values =
        model.graph().nodes().stream().flatMap(n -> n.outputs().stream()).toList();
    assertThat(raised.graph().nodes().stream().flatMap(n -> n.outputs().stream()))
        .containsAll(values);
  }

  private static Map<String, Tensor> run(OnnxModel model, Map<String, Tensor> feeds) {
    try (ModelRunner runner = ModelRunner.open(model, CPU)) {
      return runner.run(feeds, model.graph().outputNames());
    }
  }
}
