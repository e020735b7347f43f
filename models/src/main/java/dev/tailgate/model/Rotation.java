package dev.tailgate.model;

import dev.tailgate.onnx.build.Value;

/**
 * Positions as rotations (Su et al., arXiv 2104.09864), halves against halves:
 *
 * <pre>
 *   (x1, x2) -> (x1 cos - x2 sin, x2 cos + x1 sin)      angle = t base^(-2i/d)
 * </pre>
 *
 * @param graph the module that tables stand in
 * @param cos cosines of the positions at hand, {@code [T, d]}, the halves alike
 * @param sin the same of sines
 */
record Rotation(Net graph, Value cos, Value sin, int size) {
  /** The rotations of as many positions as ids {@code [B, T]} has. */
  static Rotation of(Net net, Value ids, int length, int size, double base) {
    float[] cos = net.elements("cos", length, size);
    float[] sin = net.elements("sin", length, size);
    for (int t = 0; t < length; t++) {
      for (int i = 0; i < size; i++) {
        double angle = t * Math.pow(base, -2.0 * (i % (size / 2)) / size);
        cos[t * size + i] = (float) Math.cos(angle);
        sin[t * size + i] = (float) Math.sin(angle);
      }
    }
    Value range = Positions.range(net, ids);
    return new Rotation(
        net,
        net.constant("cos", cos, length, size).gather(0, range),
        net.constant("sin", sin, length, size).gather(0, range),
        size);
  }

  /** Queries or keys {@code [B, H, T, d]}, turned. */
  Value of(Value x) {
    Value first = x.slice(3, 0, size / 2);
    Value second = x.slice(3, size / 2, size);
    Value quarter = graph.graph().concat(-1, second.negative(), first);
    return x.times(cos).plus(quarter.times(sin));
  }
}
