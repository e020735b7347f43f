package dev.tailgate.data.table;

import dev.tailgate.data.Amount;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.Fixtures;
import dev.tailgate.data.FormatOptions;
import dev.tailgate.data.Sample;
import dev.tailgate.data.Shard;
import dev.tailgate.data.SignatureModel;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tables to read, and models to read them for. */
public final class Tables {
  private Tables() {}

  /** Writes the result of a query as Parquet. */
  static Path parquet(Path target, String query) throws SQLException {
    return written(target, "parquet", query);
  }

  /** Writes the result of a query in a format that DuckDB names so. */
  public static Path written(Path target, String format, String query) throws SQLException {
    try (Connection connection = DuckDb.open(false);
        Statement statement = connection.createStatement()) {
      statement.execute("COPY (" + query + ") TO '" + target + "' (FORMAT " + format + ")");
    }
    return target;
  }

  /** A model that hands {@code x}, [B, features] of float32, on as {@code y}. */
  static OnnxModel features(int features) {
    return new SignatureModel()
        .input("x", ElementType.FLOAT, "B", features)
        .output("y", "B", features)
        .load();
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
            Amount.of(100),
            2,
            8,
            1,
            task,
            Optional.empty(),
            Shard.WHOLE,
            FormatOptions.DEFAULT.with(TableOptions.SET, new TableOptions(columns)),
            DataRequest.Purpose.EVALUATION,
            Optional.empty());
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
