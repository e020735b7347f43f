package dev.tailgate.quant.site;

import dev.tailgate.onnx.rewrite.Sink;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@link ShiftCalibration} found.
 *
 * @param fitted by site number
 * @param skipped why other sites have no sink, by site number
 */
public record CalibratedSinks(Map<Integer, CalibratedSink> fitted, Map<Integer, String> skipped) {
  /** Copies the maps, in the order of the sites. */
  public CalibratedSinks {
    fitted = Collections.unmodifiableMap(new TreeMap<>(fitted));
    skipped = Collections.unmodifiableMap(new TreeMap<>(skipped));
  }

  static CalibratedSink fit(int number, String id, List<LogSumExpHistogram> heads, double target) {
    double[] logits = heads.stream().mapToDouble(head -> head.sinkFor(target)).toArray();
    double mass = 0;
    long rows = 0;
    for (int h = 0; h < logits.length; h++) {
      LogSumExpHistogram head = heads.get(h);
      mass += head.mass(logits[h]) * head.rows();
      rows += head.rows();
    }
    return new CalibratedSink(number, id, new Sink.PerHead(logits), mass / rows, rows);
  }

  /** The sinks alone, as a method takes them. */
  public Map<Integer, Sink> sinks() {
    Map<Integer, Sink> sinks = new TreeMap<>();
    fitted.forEach((number, site) -> sinks.put(number, site.sink()));
    return sinks;
  }
}
