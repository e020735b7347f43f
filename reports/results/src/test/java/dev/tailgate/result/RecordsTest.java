package dev.tailgate.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.stats.metric.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordsTest {

  @Test
  void saysWhichFieldIsWrongAndWhatWasExpected() {
    assertThatThrownBy(() -> new ToolInfo(" ", "1"))
        .hasMessage("tool.name is blank, expected some text");
    assertThatThrownBy(() -> new Headline(1, 1, 1, -1, 0))
        .hasMessage("headline.taps is -1, expected 0 or more");
    assertThatThrownBy(() -> new ElementPlace(0, -2, 0))
        .hasMessage("place.token is -2, expected an index or -1 for none");
    assertThatThrownBy(() -> new GridRange(2, 1)).hasMessageContaining("expected low <= high");
  }

  @Test
  void acceptsWhatIsNotANumberWhereANumberCanBeUndefined() {
    assertThat(Score.point(Double.NaN).hasInterval()).isFalse();
    assertThat(new Score(1, 0, 2).hasInterval()).isTrue();
    assertThat(new GridRange(Double.NaN, 1).high()).isEqualTo(1);
  }

  @Test
  void copiesListsSoThatLaterChangesDoNotReachIt() {
    List<Agreement> metrics = new ArrayList<>();
    TaskResult task =
        new TaskResult(
            Optional.empty(),
            "accuracy",
            "%",
            Direction.HIGHER,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            metrics);
    metrics.add(new Agreement("kl_divergence", "nat", Direction.LOWER, 0));
    assertThat(task.agreement()).isEmpty();
  }

  @Test
  void demandsAscendingEdgesAroundTheCounts() {
    assertThat(new ValueHistogram(List.of(0.0, 1.0, 2.0), List.of(3L, 4L)).total()).isEqualTo(7);
    assertThatThrownBy(() -> new ValueHistogram(List.of(0.0, 1.0), List.of(1L, 2L)))
        .hasMessageContaining("one edge more than counts");
    assertThatThrownBy(() -> new ValueHistogram(List.of(1.0, 1.0), List.of(1L)))
        .hasMessageContaining("not above");
  }

  @Test
  void namesAModelByTheLastPartOfItsPath() {
    assertThat(model("a/b/c.onnx").fileName()).isEqualTo("c.onnx");
    assertThat(model("C:\\m\\c.onnx").fileName()).isEqualTo("c.onnx");
    assertThat(model("c.onnx").fileName()).isEqualTo("c.onnx");
  }

  private static ModelInfo model(String path) {
    return new ModelInfo(
        path,
        "0".repeat(64),
        17,
        8,
        "",
        1,
        "unknown",
        1,
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
