package dev.tailgate.quant.score;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Tensor;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NanOutputsTest {
  @Test
  void countsThoseOfRealSamplesAndNamesTheFirst() {
    float nan = Float.NaN;
    NanOutputs outputs = new NanOutputs();
    Tensor fine = Tensor.ofFloats(new float[] {1, Float.POSITIVE_INFINITY}, 2, 1);
    Tensor bad = Tensor.ofFloats(new float[] {1, 2, nan, nan, nan, nan}, 3, 2);
    Batch batch = new Batch(10, 2, 3, Map.of(), Optional.empty(), Optional.empty());
    outputs.accept(batch, Map.of("fine", fine));
    outputs.accept(batch, Map.of("bad", bad));
    assertThat(outputs.found()).containsExactly(new NanOutputs.Found("bad", 2, 11));
  }

  @Test
  void paddingDoesNotCount() {
    NanOutputs outputs = new NanOutputs();
    Tensor mask = Tensor.ofLongs(new long[] {1, 0}, 1, 2);
    Batch batch = new Batch(0, 1, Map.of(), Optional.empty(), Optional.of(mask));
    outputs.accept(batch, Map.of("y", Tensor.ofFloats(new float[] {1, Float.NaN}, 1, 2)));
    assertThat(outputs.found()).isEmpty();
  }
}
