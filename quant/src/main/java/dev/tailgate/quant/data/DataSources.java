package dev.tailgate.quant.data;

import dev.tailgate.onnx.ir.OnnxModel;

/** Opens whatever the user calls data. */
public final class DataSources {
  private DataSources() {}

  /**
   * Opens the data of {@code request} for {@code model}.
   *
   * @throws DataException where the data cannot be read or does not fit the model
   */
  public static DataSource open(OnnxModel model, DataRequest request) {
    if (request.data().isEmpty()) {
      return new SyntheticSource(model, request);
    }
    throw DataException.doing("opening " + request.data().get().getFileName())
        .expected("data of a known kind")
        .found("another kind")
        .fix("Leave the data out to use synthetic inputs.");
  }
}
