package dev.tailgate.quant.site;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.SiteGate;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A site to be read from a model.
 *
 * @param site in that model
 * @param probs its probabilities
 * @param reference what its probabilities are compared with
 * @param tally takes what is read
 */
record SiteReading(
    AttentionSite site, String probs, Optional<NormaliserSpec> reference, SiteTally tally) {
  /** The values of one site that come out as further outputs. */
  record Outputs(SiteReading reading, String scores, String probs, Optional<String> gate) {
    void addTo(Set<String> names) {
      names.add(scores);
      names.add(probs);
      gate.ifPresent(names::add);
    }

    void accept(Batch batch, Map<String, Tensor> values) {
      reading.tally.accept(
          batch,
          Objects.requireNonNull(values.get(scores)),
          Objects.requireNonNull(values.get(probs)),
          reading.reference);
      gate.ifPresent(
          name -> reading.tally.acceptGate(batch, Objects.requireNonNull(values.get(name))));
    }
  }

  /** Declares the site's values as outputs; nodes stay as they are. */
  Outputs expose(Ops ops) {
    String scores = scores(ops.about(site.id()), site);
    Optional<String> gate = site.gate().map(SiteGate::values);
    declare(ops, scores);
    declare(ops, probs);
    gate.ifPresent(name -> declare(ops, name));
    return new Outputs(this, scores, probs, gate);
  }

  /** What is normalised: the masked scores and, in a fused normaliser, what it adds to them. */
  static String scores(Ops ops, AttentionSite site) {
    return site.normalisation()
        .addend()
        .map(addend -> ops.op("Add", site.normalisation().scores(), addend))
        .orElse(site.normalisation().scores());
  }

  private static void declare(Ops ops, String value) {
    // The runtime infers type and shape.
    ops.edit().addOutput(new ValueInfo(value, ElementType.UNDEFINED, Optional.empty()));
  }
}
