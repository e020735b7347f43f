package dev.tailgate.page.html;

import dev.tailgate.result.ModelInfo;
import dev.tailgate.result.QuantizationInfo;
import dev.tailgate.result.RunInfo;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.wording.Numbers;
import java.util.List;

/**
 * Something about a run that is needed to repeat it.
 *
 * @param name what it is
 * @param text what it was
 */
public record Fact(String name, String text) {

  static List<Fact> of(RunResult result) {
    ModelInfo model = result.model();
    RunInfo run = result.run();
    QuantizationInfo quantization = result.quantization();
    return List.of(
        new Fact("Model", model.path()),
        new Fact("SHA-256", model.sha256()),
        new Fact(
            "Size",
            Numbers.count(model.parameters())
                + " parameters, "
                + Numbers.count(model.sizeBytes())
                + " bytes"
                + (model.externalData() ? ", weights in external data" : "")),
        new Fact("Format", "opset " + model.opset() + ", IR version " + model.irVersion()),
        new Fact("Producer", model.producer().isBlank() ? "not stated" : model.producer()),
        new Fact("Family", model.family()),
        new Fact("Data", run.data() + (run.syntheticInputs() ? " (synthetic)" : "")),
        new Fact(
            "Samples",
            Numbers.count(run.samples())
                + " in batches of "
                + run.batchSize()
                + ", sequence length "
                + run.sequenceLength()),
        new Fact("Seed", Long.toString(run.seed())),
        new Fact("Tap preset", run.tapPreset()),
        new Fact("Row", run.rowRule()),
        new Fact("Weights", quantization.weights()),
        new Fact("Activations", quantization.activations()),
        new Fact(
            "Ranges",
            quantization.rangeEstimator()
                + " over "
                + quantization.calibrationBatches()
                + " calibration batches"),
        new Fact("Quantized run", quantization.simulation()),
        new Fact("Device", run.device()),
        new Fact("ONNX Runtime", run.ortVersion()),
        new Fact("Java", run.javaVersion() + " on " + run.os()),
        new Fact("Written by", result.tool().name() + " " + result.tool().version()));
  }
}
