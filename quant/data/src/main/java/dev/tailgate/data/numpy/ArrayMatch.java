package dev.tailgate.data.numpy;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.TaskEvidence;
import dev.tailgate.engine.fit.SizeSearch;
import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.InputQuestion;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.input.SizeChoice;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.onnx.ir.ValueInfo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which array feeds which input. Arrays go to inputs by name; if the main input is left and just
 * one array is, that array is taken for it.
 *
 * @param inputs the model's inputs, sized by the arrays
 * @param sampled arrays whose rows are samples, by input
 * @param constants arrays that are the same for all samples, by input
 * @param labels the array {@code labels}
 * @param mask {@code [N, T]}, 0 at padding
 * @param rows samples that every sampled array has
 * @param isList whether the model takes the tokens of one sample without a batch axis
 * @param ignored arrays that nothing reads
 * @param decoder input whose token ids are made of the labels, one place to the right
 * @param padding how short samples are filled up
 */
record ArrayMatch(
    ModelInputs inputs,
    Map<String, NumpyArray> sampled,
    Map<String, NumpyArray> constants,
    Optional<NumpyArray> labels,
    Optional<NumpyArray> mask,
    long rows,
    boolean isList,
    List<String> ignored,
    Optional<String> decoder,
    TokenPadding padding) {
  private static final String LABELS = "labels";
  private static final String ATTENTION_MASK = "attention_mask";

  static ArrayMatch of(OnnxModel model, DataRequest request, Path path) {
    OnnxGraph graph = model.graph();
    Map<String, NumpyArray> left = new LinkedHashMap<>();
    NumpyFile.arrays(path).forEach(a -> left.put(a.name(), a));
    if (left.isEmpty()) {
      throw failed(path, "at least one array", "none", "Save the model inputs with numpy.savez.");
    }
    ModelInputs guess = ModelInputs.of(graph, request.batchSize(), request.sequenceLength());
    String primary =
        guess
            .primary()
            .map(InputLayout::name)
            .orElseThrow(() -> failed(path, "a model with inputs", "none", "Leave the data out."));
    boolean isArchive = path.toString().toLowerCase(java.util.Locale.ROOT).endsWith(".npz");
    Optional<NumpyArray> labels =
        Optional.ofNullable(isArchive && guess.find(LABELS).isEmpty() ? left.remove(LABELS) : null);
    Map<String, NumpyArray> byInput = byInput(graph, primary, left);
    Optional<String> decoder = labels.flatMap(l -> decoder(guess, byInput, l));
    Map<String, NumpyArray> sizing = new LinkedHashMap<>(byInput);
    labels.ifPresent(l -> decoder.ifPresent(name -> sizing.put(name, l)));
    NumpyArray main = sizing.get(primary);
    if (main == null) {
      throw question(guess.primary().orElseThrow(), left, path);
    }
    ModelInputs inputs = sized(model, request, main, sizing, guess, path);
    TokenPadding padding = TokenPadding.of(inputs, Optional.ofNullable(byInput.get(primary)));
    InputLayout primaryLayout = inputs.primary().orElseThrow();
    boolean isList = primaryLayout.batchAxis() < 0 && primaryLayout.shape().length == 1;
    Map<String, NumpyArray> sampled = new LinkedHashMap<>();
    Map<String, NumpyArray> constants = new LinkedHashMap<>();
    for (ValueInfo input : graph.inputs()) {
      NumpyArray array = byInput.get(input.name());
      InputLayout layout = inputs.find(input.name()).orElseThrow();
      if (array == null) {
        if (decoder.filter(input.name()::equals).isEmpty() && InputQuestion.mustBeGiven(layout)) {
          throw question(layout, left, path);
        }
        continue;
      }
      int extra = isList && array.rank() == input.rank() + 1 ? 1 : 0;
      boolean isSampled = layout.batchAxis() == 0 || extra == 1;
      requireShape(input, layout, array, extra, isSampled, padding);
      (isSampled ? sampled : constants).put(input.name(), array);
    }
    Optional<NumpyArray> mask = mask(inputs, byInput, left);
    long rows = rows(sampled, labels, mask, path);
    mask.ifPresent(m -> left.remove(m.name()));
    return new ArrayMatch(
        inputs,
        sampled,
        constants,
        labels,
        mask,
        rows,
        isList,
        List.copyOf(left.keySet()),
        decoder,
        padding);
  }

  /** An input for a decoder's tokens that the data gives only as labels. */
  private static Optional<String> decoder(
      ModelInputs inputs, Map<String, NumpyArray> byInput, NumpyArray labels) {
    boolean areTokens = labels.rank() == 2 && !labels.header().type().isFloat();
    return inputs.layouts().stream()
        .filter(l -> areTokens && TaskEvidence.isDecoderInput(l))
        .map(InputLayout::name)
        .filter(name -> !byInput.containsKey(name) && !byInput.isEmpty())
        .findFirst();
  }

  private static Map<String, NumpyArray> byInput(
      OnnxGraph graph, String primary, Map<String, NumpyArray> left) {
    Map<String, NumpyArray> byInput = new LinkedHashMap<>();
    for (ValueInfo input : graph.inputs()) {
      NumpyArray array = left.remove(input.name());
      if (array != null) {
        byInput.put(input.name(), array);
      }
    }
    if (!byInput.containsKey(primary) && left.size() == 1) {
      String only = left.keySet().iterator().next();
      NumpyArray array = left.remove(only);
      if (array != null) {
        byInput.put(primary, array);
      }
    }
    return byInput;
  }

  /** Sizes open dimensions by the array of the main input, whose second axis is the sequence. */
  private static ModelInputs sized(
      OnnxModel model,
      DataRequest request,
      NumpyArray array,
      Map<String, NumpyArray> given,
      ModelInputs guess,
      Path path) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    given.forEach((name, a) -> shapes.put(name, a.shape()));
    int inputRank = guess.primary().orElseThrow().shape().length;
    boolean hasSequence = inputRank <= 3 && array.rank() >= 2;
    if (!hasSequence) {
      return ModelInputs.of(
          model.graph(), withBatch(model, request, request.sequenceLength()), shapes);
    }
    long length = array.shape().get(1);
    int sequence = (int) Math.max(1, Math.min(length, Integer.MAX_VALUE));
    ModelInputs inputs = ModelInputs.of(model.graph(), withBatch(model, request, sequence), shapes);
    if (inputs.sequenceLength() < length && guess.tokenIds().isPresent()) {
      throw failed(
          path,
          "at most " + inputs.sequenceLength() + " tokens a sample, as the model allows",
          array.shape().toString(),
          "Cut the samples.");
    }
    return inputs;
  }

  /** The arrays have all sizes but that of a batch, which the graph may hold. */
  private static SizeChoice withBatch(OnnxModel model, DataRequest request, int sequence) {
    SizeChoice asked = SizeChoice.asked(request.batchSize(), sequence);
    SizeChoice found = SizeSearch.forData(model, request.batchSize(), sequence);
    return found.holdsBatch() && found.sequence() == sequence
        ? asked.holdingBatch(found.batch())
        : asked;
  }

  private static DataException question(
      InputLayout layout, Map<String, NumpyArray> left, Path path) {
    return InputQuestion.about(
        layout,
        left.isEmpty() ? "no further array" : "arrays " + new TreeSet<>(left.keySet()),
        path.toString(),
        String.format(
            Locale.ROOT,
            "Save them as an array of that name: numpy.savez(file, %s=..., ...), a row a sample%s.",
            Printable.of(layout.name()),
            TaskEvidence.isDecoderInput(layout)
                ? "; or give an array labels [N, T] of token ids, of which they are made"
                : ""));
  }

  private static void requireShape(
      ValueInfo input,
      InputLayout layout,
      NumpyArray array,
      int extra,
      boolean isSampled,
      TokenPadding padding) {
    boolean mayBeShort = array.rank() == 2 && layout.role().isTokenWise();
    List<Dim> dims = input.shape().orElse(List.of());
    boolean fits = input.shape().isEmpty() || dims.size() + extra == array.rank();
    for (int axis = isSampled && extra == 0 ? 1 : 0; fits && axis < dims.size(); axis++) {
      long size = dims.get(axis).sizeOrMinusOne();
      long found = array.shape().get(axis + extra);
      boolean isFilled = mayBeShort && padding.reaches(size) && found == padding.from();
      fits = size < 0 || size == found || isFilled;
    }
    if (!fits || array.rank() == 0) {
      throw DataException.doing("matching data with the model")
          .expected(input + ", samples along the first axis")
          .found(array.header().type().label() + array.shape())
          .where(array.where())
          .fix("Save the array in the shape that the model reads.");
    }
  }

  private static Optional<NumpyArray> mask(
      ModelInputs inputs, Map<String, NumpyArray> byInput, Map<String, NumpyArray> left) {
    for (InputLayout layout : inputs.layouts()) {
      NumpyArray array = byInput.get(layout.name());
      if (layout.role() instanceof InputRole.Mask && array != null && array.rank() == 2) {
        return Optional.of(array);
      }
    }
    return Optional.ofNullable(left.get(ATTENTION_MASK)).filter(a -> a.rank() == 2);
  }

  private static long rows(
      Map<String, NumpyArray> sampled,
      Optional<NumpyArray> labels,
      Optional<NumpyArray> mask,
      Path path) {
    Map<String, Long> rows = new LinkedHashMap<>();
    sampled.values().forEach(a -> rows.put(a.name(), a.rows()));
    labels.ifPresent(a -> rows.put(a.name(), a.rows()));
    mask.ifPresent(a -> rows.put(a.name(), a.rows()));
    if (rows.values().stream().distinct().count() > 1) {
      throw failed(
          path,
          "as many rows in each array",
          rows.toString(),
          "Save the arrays with the same first axis.");
    }
    labels.ifPresent(ArrayMatch::requireLabels);
    return rows.values().stream().findFirst().orElse(0L);
  }

  private static void requireLabels(NumpyArray labels) {
    if (!labels.header().type().isFloat() && labels.rank() > 2) {
      throw DataException.doing("reading labels")
          .expected(
              "integers [N], class ids, or [N, T], token ids with -100 where none counts, or real"
                  + " numbers of the shape of the predictions")
          .found(labels.header().type().label() + labels.shape())
          .where(labels.where())
          .fix("Save the labels in that shape.");
    }
  }

  private static DataException failed(Path path, String expected, String found, String advice) {
    return DataException.doing("matching " + path.getFileName() + " with the model")
        .expected(expected)
        .found(found)
        .where(path.toString())
        .fix(advice);
  }
}
