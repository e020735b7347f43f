package dev.tailgate.onnx.opset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OperatorTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OpsetTableTest {
  /** The names of all standard operators, from the list that is generated from their schemas. */
  private static List<String> operators() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                OperatorTable.class.getResourceAsStream("operator-versions.txt"),
                StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.substring(0, line.indexOf(' ')))
          .toList();
    }
  }

  private static boolean isDefinedAnew(String operator) {
    for (int opset = RaiseOpset.OLDEST; opset < RaiseOpset.OPSET; opset++) {
      Optional<Integer> then = OperatorTable.definition(operator, opset);
      if (then.isPresent() && !then.equals(OperatorTable.definition(operator, RaiseOpset.OPSET))) {
        return true;
      }
    }
    return false;
  }

  @Test
  void everyOperatorThatIsDefinedAnewIsInTheTableAndNoOther() throws IOException {
    assertThat(operators()).hasSizeGreaterThan(200);
    for (String operator : operators()) {
      assertThat(OpsetTable.entry(operator).isPresent())
          .as(operator)
          .isEqualTo(isDefinedAnew(operator));
    }
  }

  @Test
  void olderAndNewerModels() {
    GraphBuilder old = GraphBuilder.on(OnnxModel.blank(8));
    OnnxModel eight = old.output("y", old.input("x", ElementType.FLOAT, 2).exp()).model();
    assertThatThrownBy(() -> RaiseOpset.apply(eight))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("opset 9 or later", "opset 8");
    for (long opset = 18; opset <= 23; opset++) {
      GraphBuilder g = GraphBuilder.on(OnnxModel.blank(opset));
      OnnxModel model = g.output("y", g.input("x", ElementType.FLOAT, 2).exp()).model();
      assertThat(RaiseOpset.apply(model)).isSameAs(model);
    }
  }

  @Test
  void whatTheNewerFormCannotSayIsRefusedAtItsPlace() {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(9));
    Value x = g.input("x", ElementType.FLOAT, 2, 3);
    List<Value> dropped = g.node("Dropout", x).with("ratio", 0.25f).values(2);
    OnnxModel model = g.output("y", dropped.get(0)).output("mask", dropped.get(1)).model();
    assertThatThrownBy(() -> RaiseOpset.apply(model))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("from 9 to 18", "Dropout with a mask that is used", "node y");
  }
}
