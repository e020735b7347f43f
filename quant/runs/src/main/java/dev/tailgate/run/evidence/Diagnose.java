package dev.tailgate.run.evidence;

import dev.tailgate.data.Batch;
import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.Printable;
import dev.tailgate.onnx.layer.Layers;
import dev.tailgate.onnx.layer.NormLayer;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.quant.deploy.SaturationAudit;
import dev.tailgate.quant.measure.ShapeProbe;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.result.Evidence;
import dev.tailgate.result.SaturationEvidence;
import dev.tailgate.result.SiteEvidence;
import dev.tailgate.result.TapEvidence;
import dev.tailgate.result.WeightEvidence;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Measures the evidence of a diagnosis on a few samples of the float model.
 *
 * <p>Activations are handed out of the runtime, which is slower than reducing them in the graph:
 * but the mean of the whole tensor, which the fourth moment is taken about, is known only at the
 * end, and only a few samples are looked at. A bounded number of activations is in memory at a
 * time.
 */
public final class Diagnose {
  private static final int WIDEST_GAIN = 1 << 20;

  private final DiagnoseRequest request;
  private final OnnxModel model;
  private final Optional<String> ids;
  private final List<String> notMeasured = new ArrayList<>();
  private int done;

  private Diagnose(DiagnoseRequest request) {
    this.request = request;
    this.model = request.map().model();
    this.ids = TokenIds.input(model);
  }

  /**
   * Measures taps, sites and weights. What cannot be read is left out with a reason.
   *
   * @throws dev.tailgate.engine.tensor.DataException for data that does not fit
   */
  public static Evidence measure(DiagnoseRequest request) {
    return new Diagnose(request).run();
  }

  private Evidence run() {
    List<TapReader> taps = tapReaders();
    List<SiteReader> sites = siteReaders();
    List<ExposedRuns.Reader> readers = new ArrayList<>(sites);
    // Probabilities are the larger ones, and the largest so far bounds a group.
    readers.addAll(taps);
    ExposedRuns.feed(
        model,
        readers,
        request.data(),
        request.options(),
        group -> {
          done += group;
          request.progress().at("looking for causes", done, readers.size());
        });
    List<TapEvidence> foundTaps = taps.stream().flatMap(tap -> tap.result().stream()).toList();
    List<SiteEvidence> foundSites = new ArrayList<>();
    for (SiteReader site : sites) {
      site.result()
          .ifPresentOrElse(
              foundSites::add, () -> notMeasured.add(site.id() + ": " + site.refusal()));
    }
    List<WeightEvidence> weights =
        request.quantization().map(q -> WeightColumns.of(model, q)).orElse(List.of());
    int batches = 0;
    long samples = 0;
    for (Iterator<Batch> data = request.data().batches(); data.hasNext(); batches++) {
      samples += data.next().samples();
    }
    return new Evidence(
        batches, samples, foundTaps, foundSites, weights, saturation(), notMeasured);
  }

  private List<TapReader> tapReaders() {
    List<String> tensors = request.taps().stream().map(Tap::tensor).toList();
    if (tensors.isEmpty()) {
      return List.of();
    }
    Map<String, ShapeProbe.Probed> shapes =
        ShapeProbe.on(any -> request.data(), request.options()).probe(model, tensors);
    Layers layers = request.map().layers();
    List<TapReader> readers = new ArrayList<>();
    for (Tap tap : request.taps()) {
      ShapeProbe.Probed probed = shapes.get(tap.tensor());
      if (probed == null) {
        notMeasured.add(Printable.of(tap.tensor()) + ": it is no float tensor with elements");
      } else {
        readers.add(
            new TapReader(
                tap, probed.tokens(), quantizer(tap.tensor()), gain(layers, tap.tensor()), ids));
      }
    }
    return readers;
  }

  private Optional<Quantizer> quantizer(String tensor) {
    return request
        .quantization()
        .flatMap(
            q ->
                q.quantizers().entrySet().stream()
                    .filter(e -> e.getKey() instanceof QuantPoint.Activation)
                    .filter(e -> e.getKey().tensor().equals(tensor))
                    .map(Map.Entry::getValue)
                    .findFirst());
  }

  private Optional<double[]> gain(Layers layers, String tensor) {
    return layers
        .normMaking(tensor)
        .flatMap(NormLayer::gain)
        .flatMap(gain -> model.graph().constant(gain.constant()))
        .filter(constant -> constant.elementCount() <= WIDEST_GAIN)
        .map((ConstantTensor constant) -> constant.toDoubles(WIDEST_GAIN));
  }

  private List<SiteReader> siteReaders() {
    Dataflow flow = request.map().flow();
    AttentionReport attention = request.map().attention();
    List<SiteReader> readers = new ArrayList<>();
    for (AttentionSite site : attention.sites()) {
      readers.add(new SiteReader(site, ValueNorms.operand(flow, site), ids));
    }
    attention
        .fused()
        .forEach(
            site ->
                notMeasured.add(
                    site.id() + ": " + site.node().opType() + " keeps its probabilities"));
    attention
        .nested()
        .forEach(
            nested ->
                notMeasured.add(
                    nested.report().count()
                        + " attentions in "
                        + nested.graph().label()
                        + ": values inside are not handed out"));
    return readers;
  }

  private List<SaturationEvidence> saturation() {
    return request.quantization().map(this::saturation).orElse(List.of());
  }

  private List<SaturationEvidence> saturation(Calibrated quantization) {
    return SaturationAudit.of(model, quantization.quantizers(), tensor -> OptionalInt.empty())
        .stream()
        .map(r -> new SaturationEvidence(r.tensor(), r.pairs(), r.anyCode().pairs()))
        .toList();
  }
}
