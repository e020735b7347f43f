package dev.tailgate.data.series;

import static dev.tailgate.data.series.SeriesFixtures.all;
import static dev.tailgate.data.series.SeriesFixtures.assertClose;
import static dev.tailgate.data.series.SeriesFixtures.expected;
import static dev.tailgate.data.series.SeriesFixtures.labels;
import static dev.tailgate.data.series.SeriesFixtures.open;
import static dev.tailgate.data.series.SeriesFixtures.options;
import static dev.tailgate.data.series.SeriesFixtures.split;
import static dev.tailgate.data.series.SeriesFixtures.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.Sample;
import dev.tailgate.data.SignatureModel;
import dev.tailgate.data.Task;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Expected numbers are NumPy's. */
class SeriesSetTest {
  private static final OnnxModel FORECASTER = forecaster(6, 3);

  @ParameterizedTest
  @EnumSource(names = {"TRAIN", "VAL", "TEST"})
  void windowsAndForecastsAreThoseOfThePart(SeriesSplit split) {
    List<Sample> samples = all(open(FORECASTER, split(split, 1)));
    assertClose(values(samples, "x"), expected(split.label() + "-x"));
    assertClose(labels(samples), expected(split.label() + "-y"));
    assertThat(samples.get(0).inputs().get("x").shape()).containsExactly(6, 3);
    assertThat(samples.get(0).label().orElseThrow().shape()).containsExactly(3, 3);
  }

  @Test
  void evaluatesOnTheTestPartAndCalibratesOnTheValidationPart() {
    SeriesSet calibration =
        open(FORECASTER, SeriesOptions.DEFAULT, Optional.empty(), DataRequest.Purpose.CALIBRATION);
    assertClose(values(all(calibration), "x"), expected("val-x"));
    SeriesSet evaluation = open(FORECASTER, SeriesOptions.DEFAULT);
    assertClose(values(all(evaluation), "x"), expected("test-x"));
    assertThat(evaluation.description())
        .isEqualTo(
            "waves.csv (load, drift, level), windows of 6, horizon 3 in the test part (rows"
                + " 59-80), scaled to mean 0 and deviation 1 of rows 1-56");
  }

  @Test
  void allRowsAreOnePart() {
    assertThat(open(FORECASTER, split(SeriesSplit.ALL, 1)).size()).isEqualTo(80 - 9 + 1);
  }

  @Test
  void stridesLeaveWindowsOut() {
    List<Sample> samples = all(open(FORECASTER, split(SeriesSplit.TEST, 5)));
    assertThat(samples).hasSize(3);
    assertClose(
        samples.get(2).inputs().get("x").toFloats(),
        Arrays.copyOfRange(expected("test-x"), 10 * 18, 11 * 18));
  }

  @Test
  void takesTheLengthsThatTheModelLeavesOpen() {
    OnnxModel open = forecaster("t", "h");
    assertClose(labels(all(open(open, options(6, 3, 0)))), expected("test-y"));
    assertThatThrownBy(() -> open(open, SeriesOptions.DEFAULT))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("length of the window, which the model leaves open")
        .hasMessageContaining("--window");
  }

  @Test
  void refusesALengthThatTheModelHasNot() {
    assertThatThrownBy(() -> open(FORECASTER, options(0, 4, 0)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a horizon of 3, as the model has it, found 4");
  }

  @Test
  void oneChannelNeedsNoAxis() {
    OnnxModel model =
        new SignatureModel().input("x", ElementType.FLOAT, "n", 6).output("y", "n", 3).load();
    Sample first = all(open(model, options(0, 0, 0, "load"))).get(0);
    assertThat(first.inputs().get("x").shape()).containsExactly(6);
    assertThat(first.label().orElseThrow().shape()).containsExactly(3);
    assertThat(first.inputs().get("x").toFloats()[1])
        .isCloseTo(expected("test-x")[3], SeriesFixtures.ROUNDING);
  }

  @Test
  void aForecastOfOneChannelIsOfTheLastOne() {
    OnnxModel model =
        new SignatureModel().input("x", ElementType.FLOAT, "n", 6, 3).output("y", "n", 3, 1).load();
    Sample first = all(open(model, SeriesOptions.DEFAULT)).get(0);
    assertThat(first.label().orElseThrow().shape()).containsExactly(3, 1);
    float[] whole = expected("test-y");
    assertClose(first.label().orElseThrow().toFloats(), new float[] {whole[2], whole[5], whole[8]});
  }

  @Test
  void columnsComeInTheOrderAskedFor() {
    OnnxModel model =
        new SignatureModel().input("x", ElementType.FLOAT, "n", 6, 2).output("y", "n", 3, 2).load();
    float[] found = values(all(open(model, options(0, 0, 0, "drift", "load"))), "x");
    float[] whole = expected("test-x");
    assertThat(found[0]).isCloseTo(whole[1], SeriesFixtures.ROUNDING);
    assertThat(found[1]).isCloseTo(whole[0], SeriesFixtures.ROUNDING);
  }

  @Test
  void refusesAnotherNumberOfChannels() {
    assertThatThrownBy(() -> open(FORECASTER, options(0, 0, 0, "load")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected 3 channels, as the model reads")
        .hasMessageContaining("found 1 columns of numbers in waves.csv: load");
  }

  @Test
  void modelsWithoutAForecastAreComparedForAgreement() {
    OnnxModel model =
        new SignatureModel().input("x", ElementType.FLOAT, "n", 6, 3).output("y", "n", 2).load();
    assertThatThrownBy(() -> open(model, SeriesOptions.DEFAULT))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("--task agreement");
    SeriesSet set =
        open(
            model,
            SeriesOptions.DEFAULT,
            Optional.of(Task.AGREEMENT),
            DataRequest.Purpose.EVALUATION);
    assertThat(set.task()).isEqualTo(Task.AGREEMENT);
    assertThat(all(set).get(0).label()).isEmpty();
    assertThat(set.size()).isEqualTo(16 + 1);
  }

  @Test
  void refusesAPartThatIsShorterThanAWindow() {
    assertThatThrownBy(() -> open(forecaster(60, 30), split(SeriesSplit.TRAIN, 1)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected at least 90 rows in the train part, found 56 of 80 rows");
  }

  private static OnnxModel forecaster(Object window, Object horizon) {
    return new SignatureModel()
        .input("x", ElementType.FLOAT, "n", window, 3)
        .output("y", "n", horizon, 3)
        .load();
  }
}
