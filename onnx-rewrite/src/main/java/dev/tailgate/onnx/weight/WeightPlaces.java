package dev.tailgate.onnx.weight;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Inputs of operators that take weights and nothing else, standard ones and those of the runtime.
 */
final class WeightPlaces {
  private static final Map<String, Map<Integer, WeightRole>> PLACES = new HashMap<>();

  static {
    for (String convolution : new String[] {"Conv", "ConvTranspose", "FusedConv"}) {
      put(convolution, WeightRole.MATRIX, 1);
      put(convolution, WeightRole.BIAS, 2);
    }
    put("Gemm", WeightRole.BIAS, 2);
    put("FusedGemm", WeightRole.BIAS, 2);
    for (String recurrent : new String[] {"GRU", "LSTM", "RNN"}) {
      put(recurrent, WeightRole.MATRIX, 1, 2);
      put(recurrent, WeightRole.BIAS, 3);
    }
    put("BatchNormalization", WeightRole.NORM, 1, 2);
    put("GroupNormalization", WeightRole.NORM, 1, 2);
    put("InstanceNormalization", WeightRole.NORM, 1, 2);
    put("LayerNormalization", WeightRole.NORM, 1, 2);
    put("PRelu", WeightRole.NORM, 1);
    put("RMSNormalization", WeightRole.NORM, 1);
    put("SimplifiedLayerNormalization", WeightRole.NORM, 1);
    put("SkipLayerNormalization", WeightRole.NORM, 2, 3);
    put("SkipLayerNormalization", WeightRole.BIAS, 4);
    put("SkipSimplifiedLayerNormalization", WeightRole.NORM, 2);
    put("SkipSimplifiedLayerNormalization", WeightRole.BIAS, 3);
    put("EmbedLayerNormalization", WeightRole.EMBEDDING, 2, 3, 4);
    put("EmbedLayerNormalization", WeightRole.NORM, 5, 6);
    put("BiasGelu", WeightRole.BIAS, 1);
    put("FastGelu", WeightRole.BIAS, 1);
    put("MultiHeadAttention", WeightRole.BIAS, 3);
  }

  private WeightPlaces() {}

  private static void put(String operator, WeightRole role, int... inputs) {
    for (int input : inputs) {
      PLACES.computeIfAbsent(operator, k -> new HashMap<>()).put(input, role);
    }
  }

  static Optional<WeightRole> of(OnnxNode node, int input) {
    if (node.is("com.microsoft", "Attention") && (input == 1 || input == 2)) {
      return Optional.of(input == 1 ? WeightRole.MATRIX : WeightRole.BIAS);
    }
    return Optional.ofNullable(PLACES.getOrDefault(node.opType(), Map.of()).get(input));
  }
}
