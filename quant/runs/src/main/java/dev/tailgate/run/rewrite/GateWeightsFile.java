package dev.tailgate.run.rewrite;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.rewrite.GateKind;
import dev.tailgate.onnx.rewrite.GateWeights;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Trained gates in an {@code .npz} archive, for site {@code n}:
 *
 * <pre>
 *   linear             n.weight [H, Dh]         n.bias [H]
 *   all_heads_linear   n.weight [H, D]          n.bias [H]
 *   mlp                n.fc1.weight [H, Dh, n]  n.fc1.bias [H, n]
 *                      n.fc2.weight [H, n]      n.fc2.bias [H]
 * </pre>
 *
 * Whether a gate fits the heads and the width of its site is decided when it is put there.
 */
public final class GateWeightsFile {
  private static final Set<String> LINEAR = Set.of("weight", "bias");
  private static final Set<String> MLP = Set.of("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias");

  private final ParameterFile file;

  private GateWeightsFile(ParameterFile file) {
    this.file = file;
  }

  /**
   * Gates by site number.
   *
   * @throws dev.tailgate.engine.tensor.DataException for other names or shapes, and for numbers
   *     that are not finite
   */
  public static Map<Integer, GateWeights> read(Path path, GateKind kind) {
    GateWeightsFile gates = new GateWeightsFile(ParameterFile.read(path, kind.label() + " gates"));
    boolean isMlp = kind == GateKind.MLP;
    Map<Integer, GateWeights> weights = new TreeMap<>();
    gates
        .file
        .bySite(isMlp ? MLP : LINEAR)
        .forEach(
            (site, arrays) ->
                weights.put(site, isMlp ? gates.mlp(site, arrays) : gates.linear(site, arrays)));
    return weights;
  }

  private GateWeights linear(int site, Map<String, Tensor> arrays) {
    Tensor bias = array(arrays, "bias");
    file.requireShape(site + ".bias", bias, "[H]", -1);
    long heads = bias.dim(0);
    Tensor weight = array(arrays, "weight");
    String shape = "[" + heads + ", width] for a bias of " + heads + " heads";
    file.requireShape(site + ".weight", weight, shape, heads, -1);
    return new GateWeights.Linear(
        ParameterFile.doubles(weight), ParameterFile.doubles(bias), Math.toIntExact(weight.dim(1)));
  }

  private GateWeights mlp(int site, Map<String, Tensor> arrays) {
    Tensor first = array(arrays, "fc1.weight");
    file.requireShape(site + ".fc1.weight", first, "[H, Dh, n]", -1, -1, -1);
    long heads = first.dim(0);
    long hidden = first.dim(2);
    String layers = "[" + heads + ", " + hidden + "] for fc1.weight " + first;
    Tensor firstBias = array(arrays, "fc1.bias");
    file.requireShape(site + ".fc1.bias", firstBias, layers, heads, hidden);
    Tensor second = array(arrays, "fc2.weight");
    file.requireShape(site + ".fc2.weight", second, layers, heads, hidden);
    Tensor secondBias = array(arrays, "fc2.bias");
    file.requireShape(
        site + ".fc2.bias", secondBias, "[" + heads + "] for fc1.weight " + first, heads);
    return new GateWeights.Mlp(
        ParameterFile.doubles(first),
        ParameterFile.doubles(firstBias),
        ParameterFile.doubles(second),
        ParameterFile.doubles(secondBias),
        Math.toIntExact(first.dim(1)),
        Math.toIntExact(hidden));
  }

  private static Tensor array(Map<String, Tensor> arrays, String name) {
    return Objects.requireNonNull(arrays.get(name));
  }
}
