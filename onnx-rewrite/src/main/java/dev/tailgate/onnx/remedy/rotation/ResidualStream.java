package dev.tailgate.onnx.remedy.rotation;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.layer.LinearLayer;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * All values {@code [..., D]} that are sums of the same writers, or rows of such sums, and
 * everything that touches them.
 *
 * @param width {@code D}
 * @param values the values
 * @param writers linear layers whose outputs are among them
 * @param constants uses that read rows of constants into them: tables, positions, class tokens
 * @param entries values among them that something else makes before the first block
 * @param norms the norms that read them
 * @param readers linear layers that read them without a norm between
 */
record ResidualStream(
    int width,
    Set<String> values,
    Collection<LinearLayer> writers,
    Collection<OnnxGraph.Use> constants,
    Collection<String> entries,
    Collection<NormReading> norms,
    Collection<LinearLayer> readers) {
  /** Copies the collections. */
  ResidualStream {
    values = Set.copyOf(values);
    writers = List.copyOf(writers);
    constants = List.copyOf(constants);
    entries = List.copyOf(entries);
    norms = List.copyOf(norms);
    readers = List.copyOf(readers);
  }

  /** Whether its norms subtract the mean. */
  boolean isCentred() {
    return norms.stream().anyMatch(reading -> reading.norm().centred());
  }
}
