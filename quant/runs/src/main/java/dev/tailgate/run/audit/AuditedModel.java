package dev.tailgate.run.audit;

import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.input.ReadableOutputs;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.quantized.DequantizedForm;
import dev.tailgate.onnx.quantized.ModelQuantization;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.run.model.ModelFile;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The model of an audit.
 *
 * @param file as it lies in the file, and is deployed
 * @param map of the model that is measured: the same, prepared for it, but that integer operators
 *     are written between dequantized tensors, whose activations are floats
 * @param stored how the file is quantized already
 * @param original the float model it was made from, where that is given
 * @param simulated how it is to be quantized in simulation
 */
record AuditedModel(
    OnnxModel file,
    ModelMap map,
    ModelQuantization stored,
    Optional<OnnxModel> original,
    Optional<QuantizationSettings> simulated) {

  /**
   * Loads what {@code request} names. A model that is quantized already is quantized in simulation
   * only where that was asked for.
   *
   * @throws ModelException for a file that cannot be read, and an original of another interface
   */
  static AuditedModel load(AuditRequest request) {
    OnnxModel file = OnnxModel.load(request.model());
    OnnxModel prepared = ModelFile.prepared(file, request.options());
    DequantizedForm form = DequantizedForm.of(prepared);
    ModelQuantization stored = ModelQuantization.of(prepared, form);
    Optional<OnnxModel> original = request.stored().original().map(OnnxModel::load);
    original.ifPresent(
        model -> requireSame(file, model, request.stored().original().orElseThrow()));
    boolean simulates =
        original.isEmpty() && (!stored.isQuantized() || request.stored().simulate());
    return new AuditedModel(
        file,
        ModelMap.of(form.model()),
        stored,
        original,
        request.quantization().filter(settings -> simulates));
  }

  /** A float model that is loaded already. */
  static AuditedModel of(ModelMap map, AuditRequest request) {
    return new AuditedModel(
        map.model(),
        map,
        ModelQuantization.of(map.model()),
        Optional.empty(),
        request.quantization());
  }

  /** Whether the file is run beside the model that is measured: they are not the same. */
  boolean runsAsStored() {
    return original.isPresent() || (stored.isQuantized() && simulated.isEmpty());
  }

  /** The outputs that are compared. */
  Set<String> outputs() {
    Set<String> outputs = new LinkedHashSet<>(ReadableOutputs.of(file.graph()).names());
    original.ifPresent(model -> outputs.retainAll(model.graph().outputNames()));
    return outputs;
  }

  private static void requireSame(OnnxModel file, OnnxModel original, Path path) {
    Set<String> expected = names(file.graph().inputs());
    Set<String> found = names(original.graph().inputs());
    String prediction = ModelOutputs.of(file.graph()).predictions();
    if (!expected.equals(found)) {
      throw refusal("inputs " + words(expected), "inputs " + words(found), path);
    }
    if (!original.graph().isOutput(prediction)) {
      throw refusal(
          "an output " + Printable.of(prediction),
          "outputs " + words(names(original.graph().outputs())),
          path);
    }
  }

  private static ModelException refusal(String expected, String found, Path path) {
    return ModelException.doing("comparing the model with its original " + path)
        .expected(expected + ", as the model has")
        .found(found)
        .fix("Give --original the float model that this one was made from.");
  }

  private static Set<String> names(List<ValueInfo> values) {
    Set<String> names = new TreeSet<>();
    values.forEach(value -> names.add(value.name()));
    return names;
  }

  private static String words(Set<String> names) {
    return Printable.of(String.join(", ", names));
  }
}
