package dev.tailgate.run.inspect;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.TensorData;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.layer.TrainingMode;
import dev.tailgate.onnx.quantized.DequantizedForm;
import dev.tailgate.onnx.quantized.ModelQuantization;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.onnx.role.TapPreset;
import dev.tailgate.onnx.role.TapRole;
import dev.tailgate.quant.plan.QuantizationRecords;
import dev.tailgate.result.Inspection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Reads everything {@code inspect} prints from the graph alone: no weight is touched. */
public final class Inspector {
  private Inspector() {}

  /**
   * Inspects the model at {@code path}.
   *
   * @throws ModelException for anything that is not a sound ONNX model
   */
  public static Inspection inspect(Path path) {
    OnnxModel model = OnnxModel.load(path);
    DequantizedForm form = DequantizedForm.of(model);
    ModelMap map = ModelMap.of(form.model());
    TapMap taps = map.taps();
    return new Inspection(
        file(path, model),
        model.graph().inputs().stream().map(Inspector::value).toList(),
        model.graph().outputs().stream().map(Inspector::value).toList(),
        SiteListing.sites(map.attention()),
        SiteListing.notSites(map.attention()),
        taps.style().name().toLowerCase(Locale.ROOT),
        TapPreset.auto(map.flow(), taps).label(),
        presets(taps),
        taps.taps().stream().map(Inspector::measurable).toList(),
        TrainingMode.warnings(model),
        QuantizationRecords.stored(ModelQuantization.of(model, form)));
  }

  private static Inspection.File file(Path path, OnnxModel model) {
    long parameters = 0;
    Map<String, Long> external = new TreeMap<>();
    Path own = model.path().orElse(path).toAbsolutePath().normalize();
    for (ConstantTensor weight : model.graph().initializers().values()) {
      parameters += weight.elementCount();
      if (weight.data() instanceof TensorData.Slice slice
          && !slice.file().toAbsolutePath().normalize().equals(own)) {
        external.merge(slice.file().toString(), slice.byteLength(), Long::sum);
      }
    }
    Map<String, Long> opsets = new LinkedHashMap<>();
    model.opsets().forEach((domain, v) -> opsets.put(domain.isEmpty() ? "ai.onnx" : domain, v));
    return new Inspection.File(
        path.toString(),
        model.irVersion(),
        opsets,
        model.producer(),
        model.graph().nodes().size(),
        model.functions().size(),
        parameters,
        size(path),
        List.copyOf(external.keySet()),
        external.values().stream().mapToLong(Long::longValue).sum());
  }

  private static long size(Path path) {
    try {
      return Files.size(path);
    } catch (IOException e) {
      throw new UncheckedIOException("Failed reading the size of " + path, e);
    }
  }

  private static Inspection.Value value(ValueInfo info) {
    return new Inspection.Value(
        info.name(),
        info.typeLabel(),
        info.shape().map(dims -> dims.stream().map(Dim::toString).toList()));
  }

  /** Counts what each preset would measure; one that fits no tensor of this model counts 0. */
  private static Map<String, Integer> presets(TapMap taps) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (TapPreset preset : TapPreset.values()) {
      counts.put(preset.label(), count(preset, taps));
    }
    return counts;
  }

  private static int count(TapPreset preset, TapMap taps) {
    try {
      return preset.select(taps).size();
    } catch (ModelException e) {
      return 0;
    }
  }

  private static Inspection.Measurable measurable(Tap tap) {
    return new Inspection.Measurable(
        tap.tensor(), tap.roles().stream().map(TapRole::label).toList(), tap.layer());
  }
}
