package dev.tailgate.data.table;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.Fixtures;
import dev.tailgate.data.FormatOptions;
import dev.tailgate.data.Sample;
import dev.tailgate.data.SeriesOptions;
import dev.tailgate.data.Shard;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.OperatorSetIdProto;
import dev.tailgate.onnx.proto.TensorShapeProto;
import dev.tailgate.onnx.proto.TypeProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tables to read, and models to read them for. */
final class Tables {
  private Tables() {}

  /** Writes the result of a query as Parquet. */
  static Path parquet(Path target, String query) throws SQLException {
    try (Connection connection = DuckDb.open(false);
        Statement statement = connection.createStatement()) {
      statement.execute("COPY (" + query + ") TO '" + target + "' (FORMAT parquet)");
    }
    return target;
  }

  /** A model that hands {@code x}, [B, features] of float32, on as {@code y}. */
  static OnnxModel features(Path folder, int features) throws IOException {
    GraphProto graph =
        GraphProto.newBuilder()
            .setName("features")
            .addInput(value("x", features))
            .addOutput(value("y", features))
            .addNode(NodeProto.newBuilder().setOpType("Identity").addInput("x").addOutput("y"))
            .build();
    Path file = folder.resolve("features.onnx");
    Files.write(
        file,
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .setGraph(graph)
            .build()
            .toByteArray());
    return OnnxModel.load(file);
  }

  private static ValueInfoProto value(String name, int features) {
    TensorShapeProto shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("B"))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(features))
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape)))
        .build();
  }

  static TableSet open(OnnxModel model, DataSpec data, Map<String, String> columns) {
    return open(model, data, columns, Optional.empty());
  }

  static TableSet open(
      OnnxModel model, DataSpec data, Map<String, String> columns, Optional<Task> task) {
    DataRequest request =
        new DataRequest(
            Optional.of(data),
            Optional.empty(),
            100,
            2,
            8,
            1,
            task,
            Optional.empty(),
            Shard.WHOLE,
            new FormatOptions(columns, FormatOptions.DEFAULT.images(), SeriesOptions.DEFAULT, 0),
            DataRequest.Purpose.EVALUATION);
    return new TableSet(
        model.graph(),
        ModelInputs.of(model.graph(), 2, 8),
        request,
        data,
        () -> Fixtures.file("bert-tokenizer.json"));
  }

  static List<Sample> read(TableSet set, long... indices) {
    List<Sample> samples = new ArrayList<>();
    set.read(indices).forEachRemaining(samples::add);
    return samples;
  }
}
