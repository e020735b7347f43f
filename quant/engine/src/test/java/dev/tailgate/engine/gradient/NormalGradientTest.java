package dev.tailgate.engine.gradient;

import dev.tailgate.onnx.build.Value;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of normalisations are those of differences and of PyTorch. */
class NormalGradientTest {
  private static GradientCase layer(String name, long axis, long... scale) {
    return GradientCase.of(name)
        .variable("x", x -> 3 * x + 1, 2, 3, 4)
        .variable("scale", scale)
        .variable("bias", scale)
        .gives(
            in ->
                in.graph()
                    .node("LayerNormalization", in.at("x"), in.at("scale"), in.at("bias"))
                    .with("axis", axis)
                    .with("epsilon", 0.01f)
                    .value());
  }

  static List<GradientCase> layers() {
    return List.of(
        layer("LayerNormalization", -1, 4),
        layer("LayerNormalization over two axes", -2, 3, 4),
        layer("LayerNormalization from axis 1", 1, 3, 4).needsRank(),
        GradientCase.of("LayerNormalization without bias")
            .variable("x", 3, 5)
            .variable("scale", 5)
            .gives(in -> in.at("x").op("LayerNormalization", in.at("scale"))),
        GradientCase.of("LayerNormalization with its moments")
            .variable("x", 2, 3, 5)
            .variable("scale", 5)
            .variable("bias", 5)
            .givesAll(
                in ->
                    in.graph()
                        .node("LayerNormalization", in.at("x"), in.at("scale"), in.at("bias"))
                        .values(3))
            .inFloat32(),
        GradientCase.of("LayerNormalization as exporters write it")
            .variable("x", 2, 3, 5)
            .variable("scale", 5)
            .variable("bias", 5)
            .gives(
                in -> {
                  Value centred = in.at("x").minus(in.at("x").mean(-1));
                  Value variance = centred.pow(2).mean(-1);
                  Value n = centred.over(variance.plus(1e-3).sqrt());
                  return n.times(in.at("scale")).plus(in.at("bias"));
                }));
  }

  static List<GradientCase> roots() {
    return List.of(
        GradientCase.of("RMSNormalization")
            .variable("x", 2, 3, 5)
            .variable("scale", 5)
            .gives(
                in ->
                    in.graph()
                        .node("RMSNormalization", in.at("x"), in.at("scale"))
                        .with("epsilon", 0.01f)
                        .value())
            .opset(23)
            .inFloat32(),
        GradientCase.of("SimplifiedLayerNormalization")
            .variable("x", 2, 3, 5)
            .variable("scale", 5)
            .gives(in -> in.at("x").op("SimplifiedLayerNormalization", in.at("scale")))
            .inFloat32(),
        GradientCase.of("RMSNormalization as exporters write it")
            .variable("x", 2, 3, 5)
            .variable("scale", 5)
            .gives(
                in -> {
                  Value root = in.at("x").pow(2).mean(-1).plus(1e-3).sqrt();
                  return in.at("x").times(root.op("Reciprocal")).times(in.at("scale"));
                }));
  }

  private static GradientCase channels(String name, long... x) {
    return GradientCase.of(name).variable("x", x);
  }

  static List<GradientCase> channels() {
    return List.of(
        channels("GroupNormalization", 2, 6, 4)
            .variable("scale", 6)
            .variable("bias", 6)
            .gives(NormalGradientTest::groups)
            .opset(21)
            .inFloat32(),
        channels("InstanceNormalization", 2, 3, 2, 3)
            .variable("scale", 3)
            .variable("bias", 3)
            .gives(in -> in.at("x").op("InstanceNormalization", in.at("scale"), in.at("bias")))
            .inFloat32(),
        channels("BatchNormalization", 2, 3, 2, 2)
            .variable("scale", 3)
            .variable("bias", 3)
            .variable("mean", 3)
            .variable("variance", x -> 0.5 + x * x, 3)
            .gives(
                in ->
                    in.at("x")
                        .op(
                            "BatchNormalization",
                            in.at("scale"),
                            in.at("bias"),
                            in.at("mean"),
                            in.at("variance"))),
        lp("LpNormalization by squares", 2, 1),
        lp("LpNormalization by sizes", 1, -1));
  }

  private static Value groups(GradientCase.Inputs in) {
    return in.graph()
        .node("GroupNormalization", in.at("x"), in.at("scale"), in.at("bias"))
        .with("num_groups", 3)
        .value();
  }

  private static GradientCase lp(String name, long p, long axis) {
    return GradientCase.of(name)
        .variable("x", x -> x + Math.copySign(0.25, x), 2, 3, 4)
        .gives(
            in ->
                in.graph()
                    .node("LpNormalization", in.at("x"))
                    .with("p", p)
                    .with("axis", axis)
                    .value());
  }

  @ParameterizedTest
  @MethodSource({"layers", "roots", "channels"})
  void gradientsAreThoseOfDifferences(GradientCase given) {
    GradientCheck.passes(given);
  }
}
