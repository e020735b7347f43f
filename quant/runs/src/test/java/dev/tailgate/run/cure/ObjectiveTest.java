package dev.tailgate.run.cure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.data.DataSource;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.data.Task;
import dev.tailgate.data.open.Samples;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.train.loss.LogitDivergence;
import dev.tailgate.train.loss.OutlierPenalty;
import dev.tailgate.train.loss.WeightedLoss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectiveTest {
  @TempDir Path folder;

  @Test
  void readsPenalties() {
    assertThat(Objective.Penalty.parse("kurtosis=0.1").measure())
        .isEqualTo(new OutlierPenalty.Kurtosis(3));
    assertThat(Objective.Penalty.parse("Kurtosis:1.8=0.1").measure())
        .isEqualTo(new OutlierPenalty.Kurtosis(1.8));
    assertThat(Objective.Penalty.parse("inf-norm=2").factor()).isEqualTo(2);
    assertThat(Objective.Penalty.parse("power:6=1e-3").measure())
        .isEqualTo(new OutlierPenalty.Power(6, 4));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kurtosis",
        "kurtosis=",
        "kurtosis=x",
        "kurtosis=-1",
        "kurtosis=NaN",
        "kurtosis:0.5=1",
        "inf-norm:3=1",
        "power=1",
        "power:0=1",
        "skew=1"
      })
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> Objective.Penalty.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Names are those of the values, factors add up to what was asked for. */
  @Test
  void aLanguageModelIsComparedByItsLogitsAndWhatIsAskedForBesideThem() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    DataSource data =
        Samples.DEFAULT
            .withData(DataSpec.of(ReferenceModel.unpack("calibration.npz", folder)))
            .as(Task.CAUSAL_LM)
            .open(model);
    Distillation plain =
        Distillation.of(model, model, data, Objective.PLAIN, "auto", ReferenceModel.CPU);
    assertThat(plain.losses()).hasSize(1);
    assertThat(plain.losses().get(0).loss()).isInstanceOf(LogitDivergence.class);
    assertThat(plain.labels()).isFalse();
    Objective asked = new Objective(2, 0.5, 1, List.of(Objective.Penalty.parse("kurtosis=0.25")));
    Distillation more = Distillation.of(model, model, data, asked, "opt", ReferenceModel.CPU);
    List<WeightedLoss> penalties =
        more.losses().stream().filter(l -> l.loss() instanceof OutlierPenalty).toList();
    assertThat(penalties).hasSizeGreaterThan(4);
    assertThat(penalties.stream().mapToDouble(WeightedLoss::factor).sum())
        .isCloseTo(0.25, within(1e-12));
    assertThat(more.losses().stream().map(WeightedLoss::name)).contains("hidden 0", "logits");
    assertThat(((LogitDivergence) more.losses().get(0).loss()).temperature()).isEqualTo(2);
  }
}
