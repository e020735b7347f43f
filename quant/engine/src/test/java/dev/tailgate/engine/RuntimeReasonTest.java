package dev.tailgate.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Messages as ONNX Runtime 1.29 and 1.30 write them. */
class RuntimeReasonTest {
  private static final String RUNNING =
      "Error code - ORT_FAIL - message: Non-zero status code returned while running ";

  @Test
  void theFunctionBeforeTheReasonIsLeftOut() {
    assertThat(
            RuntimeReason.of(
                RUNNING
                    + "Add node. Name:'Add_16' Status Message:"
                    + " /onnxruntime_src/onnxruntime/core/providers/cpu/math/element_wise_ops.h:563"
                    + " void onnxruntime::BroadcastIterator::Init(ptrdiff_t, ptrdiff_t) axis == 1"
                    + " || axis == largest was false. Attempting to broadcast an axis by a"
                    + " dimension other than 1. 7 by 12\n"))
        .isEqualTo(
            "Add node 'Add_16': axis == 1 || axis == largest was false. Attempting to broadcast an"
                + " axis by a dimension other than 1. 7 by 12");
  }

  @Test
  void parenthesesInsideTheSignatureBelongToIt() {
    assertThat(
            RuntimeReason.of(
                RUNNING
                    + "MatMul node. Name:'m' Status Message: C:\\a\\b\\parallel.cc:12 static"
                    + " std::function<void(int, long)> onnxruntime::Pool::Run(std::function<"
                    + "void(int)>, int) const [with T = float; U = std::vector<int>] it is full"))
        .isEqualTo("MatMul node 'm': it is full");
  }

  @Test
  void aFailureWhileLoadingKeepsItsReason() {
    assertThat(
            RuntimeReason.of(
                "Error code - ORT_FAIL - message: /onnxruntime_src/onnxruntime/core/graph/model.cc:192"
                    + " onnxruntime::Model::Model(onnx::ModelProto&&, const onnxruntime::PathString&,"
                    + " const onnxruntime::IOnnxRuntimeOpSchemaRegistryList*, const"
                    + " onnxruntime::logging::Logger&, const onnxruntime::ModelOptions&) Unsupported"
                    + " model IR version: 14, max supported IR version: 13\nStacktrace:\nabc"))
        .isEqualTo("Unsupported model IR version: 14, max supported IR version: 13");
  }

  @Test
  void aLongReasonKeepsItsEndAndNoControlCharacters() {
    String reason = RuntimeReason.of("shape " + "9".repeat(5000) + "\u001b[31m by 12");
    assertThat(reason).startsWith("shape 9").endsWith("?[31m by 12").hasSizeLessThan(700);
  }

  @Test
  void aPlaceWithoutAFunctionIsLeftOut() {
    assertThat(RuntimeReason.of("/src/allocator.cc:7 out of memory")).isEqualTo("out of memory");
    assertThat(RuntimeReason.of("no place (at all)")).isEqualTo("no place (at all)");
  }
}
