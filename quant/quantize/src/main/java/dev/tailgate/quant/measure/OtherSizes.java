package dev.tailgate.quant.measure;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.synthetic.SyntheticSource;
import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Inputs of other sizes than those of a batch, from which can be seen which axes of activations
 * grow with the samples and which with the tokens: made-up ones of 2 or 3 samples of 5 or 7 tokens,
 * which differ in both, then the batch itself with a sample or a token less or more. A model whose
 * graph holds sizes that its signature calls open takes some of them only.
 */
final class OtherSizes {
  private final OnnxModel model;
  private final Batch batch;
  private final int tokens;

  /** {@code tokens} are those of a sample of {@code batch}. */
  OtherSizes(OnnxModel model, Batch batch, int tokens) {
    this.model = model;
    this.batch = batch;
    this.tokens = tokens;
  }

  /** Inputs of {@code rows} samples. */
  record Sized(int rows, Map<String, Tensor> inputs) {}

  /** The most telling first. */
  List<Sized> all() {
    List<Sized> all = new ArrayList<>();
    try {
      int samples = batch.rows() == 2 ? 3 : 2;
      DataRequest tiny = DataRequest.synthetic(samples, samples, tokens == 7 ? 5 : 7, 0);
      Batch made = new SyntheticSource(model, tiny).batches().next();
      all.add(new Sized(made.rows(), made.inputs()));
      ModelInputs inputs = ModelInputs.of(model.graph(), batch.rows(), Math.max(1, tokens));
      int rows = batch.rows() == 1 ? 2 : batch.rows() - 1;
      if (tokens > 2) {
        all.add(resized(inputs, rows, tokens - 1));
        all.add(resized(inputs, batch.rows(), tokens - 1));
      }
      all.add(resized(inputs, rows, tokens));
    } catch (DataException e) {
      // Inputs that cannot be made up: what the batch itself shows has to do.
    }
    return all;
  }

  private Sized resized(ModelInputs inputs, int rows, int length) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    batch
        .inputs()
        .forEach(
            (name, tensor) ->
                all.put(
                    name,
                    inputs.find(name).map(l -> resized(l, tensor, rows, length)).orElse(tensor)));
    return new Sized(rows, all);
  }

  private Tensor resized(InputLayout layout, Tensor tensor, int rows, int length) {
    Tensor result = tensor;
    for (int axis = 0; axis < tensor.rank(); axis++) {
      if (axis == layout.batchAxis()) {
        result = resized(result, axis, rows);
      } else if (isTokenWise(layout, axis) && tensor.dim(axis) == tokens) {
        result = resized(result, axis, length);
      }
    }
    return result;
  }

  private static boolean isTokenWise(InputLayout layout, int axis) {
    InputRole role = layout.role();
    return role.isTokenWise()
        || (role instanceof InputRole.Noise && axis == 1 && layout.shape().length == 3);
  }

  /** The first {@code size} entries of an axis; the first ones again where there are fewer. */
  static Tensor resized(Tensor tensor, int axis, int size) {
    long[] shape = tensor.shape();
    int entries = Math.toIntExact(shape[axis]);
    shape[axis] = size;
    Tensor resized = Tensor.allocate(tensor.type(), shape);
    if (tensor.elementCount() == 0 || entries == size) {
      return entries == size ? tensor : resized;
    }
    int inner = Math.max(1, tensor.type().bits() / 8);
    for (int i = axis + 1; i < shape.length; i++) {
      inner *= Math.toIntExact(shape[i]);
    }
    ByteBuffer from = tensor.data();
    ByteBuffer to = resized.data();
    int outer = from.remaining() / inner / entries;
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < size; i++) {
        to.put(from.slice((o * entries + i % entries) * inner, inner));
      }
    }
    return resized;
  }
}
