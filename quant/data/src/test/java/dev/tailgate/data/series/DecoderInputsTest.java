package dev.tailgate.data.series;

import static dev.tailgate.data.series.SeriesFixtures.all;
import static dev.tailgate.data.series.SeriesFixtures.assertClose;
import static dev.tailgate.data.series.SeriesFixtures.expected;
import static dev.tailgate.data.series.SeriesFixtures.open;
import static dev.tailgate.data.series.SeriesFixtures.options;
import static dev.tailgate.data.series.SeriesFixtures.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.Sample;
import dev.tailgate.data.SignatureModel;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecoderInputsTest {
  @Test
  void givesInformersFourInputs() {
    OnnxModel model = informer(7, "x_enc", "x_mark_enc", "x_dec", "x_mark_dec");
    List<Sample> samples = all(open(model, SeriesOptions.DEFAULT));
    assertClose(values(samples, "x_enc"), expected("test-x"));
    assertClose(values(samples, "x_dec"), expected("test-dec"));
    assertClose(values(samples, "x_mark_enc"), expected("test-mark-x"));
    assertClose(values(samples, "x_mark_dec"), expected("test-mark-dec"));
  }

  @Test
  void knowsTheLoadersOwnNames() {
    OnnxModel model = informer(7, "batch_x", "batch_x_mark", "dec_inp", "batch_y_mark");
    List<Sample> samples = all(open(model, SeriesOptions.DEFAULT));
    assertClose(values(samples, "dec_inp"), expected("test-dec"));
    assertClose(values(samples, "batch_y_mark"), expected("test-mark-dec"));
  }

  @Test
  void takesTheLabelLengthWhereTheSpanIsOpen() {
    OnnxModel model = informer("span", "x_enc", "x_mark_enc", "x_dec", "x_mark_dec");
    assertClose(values(all(open(model, options(0, 0, 4))), "x_dec"), expected("test-dec"));
  }

  @Test
  void halfTheWindowIsKnownByDefault() {
    OnnxModel model = informer("span", "x_enc", "x_mark_enc", "x_dec", "x_mark_dec");
    assertThat(open(model, SeriesOptions.DEFAULT).description()).contains("label length 3");
  }

  @Test
  void refusesASpanThatCannotBe() {
    OnnxModel model = informer(2, "x_enc", "x_mark_enc", "x_dec", "x_mark_dec");
    assertThatThrownBy(() -> open(model, SeriesOptions.DEFAULT))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("spans [2, 2]");
  }

  @Test
  void asksAboutInputsThatASeriesDoesNotGive() {
    OnnxModel model =
        new SignatureModel()
            .input("x", ElementType.FLOAT, "n", 6, 3)
            .input("static_features", ElementType.FLOAT, "n", 12)
            .output("y", "n", 3, 3)
            .load();
    assertThatThrownBy(() -> open(model, SeriesOptions.DEFAULT))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("found static_features");
  }

  private static OnnxModel informer(
      Object span, String window, String windowMarks, String decoder, String decoderMarks) {
    return new SignatureModel()
        .input(window, ElementType.FLOAT, "n", 6, 3)
        .input(windowMarks, ElementType.FLOAT, "n", 6, 4)
        .input(decoder, ElementType.FLOAT, "n", span, 3)
        .input(decoderMarks, ElementType.FLOAT, "n", span, 4)
        .output("forecast", "n", 3, 3)
        .load();
  }
}
