package dev.tailgate.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.tailgate.engine.QuantizeVectors.Case;
import dev.tailgate.engine.QuantizeVectors.Operand;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What ONNX Runtime computes for ONNX's own node tests of the quantization operators. */
class QuantizeVectorsTest {
  private static final RunnerOptions AS_WRITTEN =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.NONE);

  /**
   * The last opset that changed QuantizeLinear or DequantizeLinear as this ONNX Runtime knows them.
   * The cases import the opset that ONNX stood at when they were collected, and the runtime loads
   * no model of an opset it does not know; nothing the cases use is newer than this one.
   */
  private static final int NEWEST_KNOWN = 25;

  /** How the runtime says that it lacks a kernel. Any other refusal is a failure. */
  private static final String NO_KERNEL = "Could not find an implementation";

  private OnnxModel model(Case test) {
    return VectorModel.of(test, Math.min(test.opset(), NEWEST_KNOWN));
  }

  /** Why the runtime does not load the case, where the reason is that it has no kernel. */
  private Optional<String> missingKernel(Case test) {
    try {
      ModelRunner.requireLoadable(model(test), AS_WRITTEN);
      return Optional.empty();
    } catch (ModelRunException e) {
      String reason = String.valueOf(e.getMessage());
      if (!reason.contains(NO_KERNEL)) {
        throw e;
      }
      return Optional.of(reason);
    }
  }

  static List<Case> cases() {
    return QuantizeVectors.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theRuntimeGivesExactlyWhatOnnxSays(Case test) {
    missingKernel(test).ifPresent(reason -> abort(test + ": " + reason));
    Set<String> names = test.outputs().stream().map(Operand::name).collect(Collectors.toSet());
    try (ModelRunner runner = ModelRunner.open(model(test), AS_WRITTEN)) {
      Map<String, Tensor> found = runner.run(VectorModel.feeds(test), names);
      assertThat(found).containsOnlyKeys(names);
      for (Operand expected : test.outputs()) {
        Tensor output = found.get(expected.name());
        assertThat(output.type()).isEqualTo(VectorModel.readAs(expected.type()));
        assertThat(output.shape()).containsExactly(VectorModel.dims(expected));
        // Boxed doubles are equal where their bits are: no tolerance, and 0.0 is not -0.0.
        assertThat(values(output)).as(expected.name()).isEqualTo(expected.values());
      }
    }
  }

  private static List<Double> values(Tensor tensor) {
    Elements.Reader reader = Elements.reader(tensor);
    return IntStream.range(0, tensor.elementCount()).mapToObj(reader::get).toList();
  }

  @Test
  void allRunButTheTwoOfFloat4() {
    Map<Boolean, List<String>> names =
        cases().stream()
            .collect(
                Collectors.partitioningBy(
                    test -> missingKernel(test).isEmpty(),
                    Collectors.mapping(Case::name, Collectors.toList())));
    assertThat(names.get(true))
        .containsExactly(
            """
            test_dequantizelinear
            test_dequantizelinear_axis
            test_dequantizelinear_blocked
            test_dequantizelinear_e4m3fn
            test_dequantizelinear_e4m3fn_float16
            test_dequantizelinear_e4m3fn_zero_point
            test_dequantizelinear_e5m2
            test_dequantizelinear_int16
            test_dequantizelinear_int2
            test_dequantizelinear_int4
            test_dequantizelinear_uint16
            test_dequantizelinear_uint2
            test_dequantizelinear_uint4
            test_dynamicquantizelinear
            test_dynamicquantizelinear_max_adjusted
            test_dynamicquantizelinear_min_adjusted
            test_quantizelinear
            test_quantizelinear_axis
            test_quantizelinear_blocked_asymmetric
            test_quantizelinear_blocked_symmetric
            test_quantizelinear_e4m3fn
            test_quantizelinear_e5m2
            test_quantizelinear_int16
            test_quantizelinear_int2
            test_quantizelinear_int4
            test_quantizelinear_uint16
            test_quantizelinear_uint2
            test_quantizelinear_uint4
            """
                .lines()
                .toArray(String[]::new));
    assertThat(names.get(false))
        .containsExactly("test_dequantizelinear_float4e2m1", "test_quantizelinear_float4e2m1");
  }

  @Test
  void shapesValuesAndCodesOfTheFileAgree() {
    for (Case test : cases()) {
      Stream.concat(test.inputs().stream(), test.outputs().stream())
          .forEach(operand -> agrees(test, operand));
    }
  }

  private static void agrees(Case test, Operand operand) {
    String place = test + " " + operand.name();
    long count = operand.shape().stream().reduce(1L, Math::multiplyExact);
    assertThat(operand.values()).as(place).hasSize((int) count);
    // No case holds a NaN, whose bits a double would not carry.
    assertThat(operand.values()).as(place).allMatch(value -> (double) value.floatValue() == value);
    ElementType type = operand.type();
    if (VectorModel.readAs(type) == type || type == ElementType.UINT16) {
      assertThat(operand.codes()).as(place).isEmpty();
    } else if (VectorModel.readAs(type) == ElementType.INT32) {
      int mask = (1 << type.bits()) - 1;
      assertThat(operand.codes())
          .as(place)
          .isEqualTo(operand.values().stream().map(value -> value.intValue() & mask).toList());
    } else {
      assertThat(operand.codes()).as(place).hasSize((int) count);
    }
  }
}
