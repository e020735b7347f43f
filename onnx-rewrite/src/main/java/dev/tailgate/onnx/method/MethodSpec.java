package dev.tailgate.onnx.method;

import dev.tailgate.onnx.rewrite.GateSpec;
import dev.tailgate.onnx.rewrite.GateWeights;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.Retrieval;
import dev.tailgate.onnx.rewrite.Sink;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import java.util.Map;
import java.util.Optional;

/**
 * A method with all its parameters.
 *
 * @param method its name
 * @param normaliser of every site
 * @param sinks sinks by site number that take the place of the normaliser's; where not empty, sites
 *     without one are skipped
 * @param gate the gate of every site
 * @param gateWeights trained gates by site number; where not empty, sites without one are skipped
 * @param retrieval how often queries are updated
 * @param heads the number of heads where the graph does not tell
 */
public record MethodSpec(
    Method method,
    NormaliserSpec normaliser,
    Map<Integer, Sink> sinks,
    Optional<GateSpec> gate,
    Map<Integer, GateWeights> gateWeights,
    Retrieval retrieval,
    Optional<Integer> heads) {
  /** Copies the maps and refuses parts that do not make the method. */
  public MethodSpec {
    sinks = Map.copyOf(sinks);
    gateWeights = Map.copyOf(gateWeights);
    if (!normaliser.kind().equals(method.kind())) {
      throw new IllegalArgumentException(
          method.label() + " is " + method.kind() + ", not " + normaliser.kind());
    }
    if (gate.isPresent() != method.isGated()) {
      throw new IllegalArgumentException(
          method.label() + (method.isGated() ? " needs a gate" : " has no gate"));
    }
    if (!sinks.isEmpty() && normaliser.sink().isEmpty()) {
      throw new IllegalArgumentException(method.label() + " has no sink");
    }
    if (heads.isPresent() && heads.get() < 1) {
      throw new IllegalArgumentException("There must be at least 1 head, found " + heads.get());
    }
  }

  /** A method with the parameters of its paper. */
  public static MethodSpec of(Method method) {
    return method.spec(MethodValues.NONE, 0);
  }

  /** A method without a gate. */
  public static MethodSpec of(Method method, NormaliserSpec normaliser) {
    return new MethodSpec(
        method, normaliser, Map.of(), Optional.empty(), Map.of(), Retrieval.ONCE, Optional.empty());
  }

  /** A gated method; without {@code weights} the gates are untrained. */
  public static MethodSpec gated(
      Method method, NormaliserSpec normaliser, GateSpec gate, Map<Integer, GateWeights> weights) {
    return new MethodSpec(
        method, normaliser, Map.of(), Optional.of(gate), weights, Retrieval.ONCE, Optional.empty());
  }

  /** The same with trained gates by site number. */
  public MethodSpec withGateWeights(Map<Integer, GateWeights> weights) {
    return new MethodSpec(method, normaliser, sinks, gate, weights, retrieval, heads);
  }

  /** The same with sinks by site number. */
  public MethodSpec withSinks(Map<Integer, Sink> bySite) {
    return new MethodSpec(method, normaliser, bySite, gate, gateWeights, retrieval, heads);
  }

  /** The same with other update steps. */
  public MethodSpec withRetrieval(Retrieval steps) {
    return new MethodSpec(method, normaliser, sinks, gate, gateWeights, steps, heads);
  }

  /** The same with the number of heads stated. */
  public MethodSpec withHeads(Optional<Integer> stated) {
    return new MethodSpec(method, normaliser, sinks, gate, gateWeights, retrieval, stated);
  }

  /** The normaliser of one site; empty where sinks are given and none is for this site. */
  public Optional<NormaliserSpec> normaliserOf(int site) {
    if (sinks.isEmpty()) {
      return Optional.of(normaliser);
    }
    return Optional.ofNullable(sinks.get(site)).map(sink -> ((SoftmaxSpec) normaliser).with(sink));
  }

  /** Whether probabilities come out otherwise than from plain softmax attention. */
  boolean changesNormaliser() {
    return !normaliser.equals(SoftmaxSpec.SOFTMAX) || retrieval.changesScores();
  }
}
