package dev.tailgate.run.evidence;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Optional;

/** The token ids of a batch {@code [B, T]}, where the model reads any. */
final class TokenIds {
  static final TokenIds NONE = new TokenIds(0, Optional.empty());

  private final int length;
  private final Optional<Elements.Reader> ids;

  private TokenIds(int length, Optional<Elements.Reader> ids) {
    this.length = length;
    this.ids = ids;
  }

  /** Name of the input that holds them. */
  static Optional<String> input(OnnxModel model) {
    return ModelInputs.of(model.graph(), 1, 1).tokenIds().map(InputLayout::name);
  }

  static TokenIds of(Batch batch, Optional<String> input) {
    return input
        .flatMap(name -> Optional.ofNullable(batch.inputs().get(name)))
        .filter(ids -> ids.rank() == 2 && ids.dim(0) == batch.rows() && !ids.type().isFloat())
        .map(ids -> new TokenIds((int) ids.dim(1), Optional.of(Elements.reader(ids))))
        .orElse(NONE);
  }

  /**
   * The id at a token of a row of the batch; -1 where {@code tokens}, the length of the axis, is
   * not that of the ids.
   */
  long at(int row, int token, long tokens) {
    return ids.isEmpty() || tokens != length || row < 0
        ? -1
        : (long) ids.get().get(row * length + token);
  }
}
