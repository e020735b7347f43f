package dev.tailgate.quant.encodings;

import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.QuantScheme;
import dev.tailgate.quant.scheme.TensorScheme;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The quantization parameters of a model, each tensor once. */
public record Encodings(List<TensorEncoding> activations, List<TensorEncoding> weights) {
  /** Copies the lists and refuses a tensor that is there twice. */
  public Encodings {
    activations = List.copyOf(activations);
    weights = List.copyOf(weights);
    Set<String> names = new HashSet<>();
    for (TensorEncoding encoding : both(activations, weights)) {
      if (!names.add(encoding.tensor())) {
        throw new IllegalArgumentException("Two encodings of " + encoding.tensor());
      }
    }
  }

  /** All of them, activations first. */
  public List<TensorEncoding> all() {
    return both(activations, weights);
  }

  private static List<TensorEncoding> both(List<TensorEncoding> a, List<TensorEncoding> b) {
    List<TensorEncoding> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  /** The fixed grids among {@code quantizers}; grids that are found in every run have no file. */
  public static Encodings of(Map<QuantPoint, Quantizer> quantizers, QuantScheme scheme) {
    List<TensorEncoding> activations = new ArrayList<>();
    List<TensorEncoding> weights = new ArrayList<>();
    quantizers.forEach(
        (point, quantizer) -> {
          if (quantizer instanceof Quantizer.Fixed fixed) {
            boolean weight = point instanceof QuantPoint.Weight;
            Optional<TensorScheme> side = weight ? scheme.weights() : scheme.activations();
            QuantParams params = fixed.params();
            // A grid from elsewhere may have a zero point where the scheme has none.
            boolean symmetric =
                !params.format().isUniform()
                    || (side.map(TensorScheme::symmetric).orElse(params.isZeroCentred())
                        && (params.format().lowest() == 0 || params.isZeroCentred()));
            (weight ? weights : activations)
                .add(new TensorEncoding(point.tensor(), params, symmetric));
          }
        });
    return new Encodings(activations, weights);
  }
}
