package dev.tailgate.onnx.layer;

import java.util.Optional;

/**
 * A LayerNorm or RMSNorm, fused or spelled out: {@code output = normalised(input) gain + shift}.
 *
 * @param input the normalised tensor, {@code [..., D]}; empty where a fused residual sum keeps it
 * @param output the result, {@code [..., D]}
 * @param centred whether the mean is subtracted
 * @param gain multiplied after normalising, {@code [D]}
 * @param shift added last, {@code [D]}
 */
public record NormLayer(
    String input,
    String output,
    boolean centred,
    Optional<Parameter> gain,
    Optional<Parameter> shift) {}
