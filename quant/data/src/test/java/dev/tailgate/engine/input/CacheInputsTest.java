package dev.tailgate.engine.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.Fixtures;
import dev.tailgate.data.SignatureModel;
import dev.tailgate.data.synthetic.SyntheticSource;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import org.junit.jupiter.api.Test;

/** Inputs that decoders with a cache read beside their tokens, made up for an empty cache. */
class CacheInputsTest {
  private static final ElementType INT64 = ElementType.INT64;

  private static Batch batch(SignatureModel model) {
    return Fixtures.all(new SyntheticSource(model.load(), DataRequest.synthetic(2, 2, 5, 1)))
        .get(0);
  }

  private static SignatureModel decoder() {
    return new SignatureModel()
        .input("input_ids", INT64, "batch", "sequence")
        .output("logits", "batch", "sequence", 64);
  }

  @Test
  void cachePositionsCountFromZeroWhateverTheirAxisIsCalled() {
    for (String axis : new String[] {"cache_len", "sequence", "batch", "dynamic_axes_3"}) {
      Tensor positions =
          Fixtures.input(batch(decoder().input("cache_position", INT64, axis)), "cache_position");
      assertThat(positions.toLongs()).containsExactly(0, 1, 2, 3, 4);
    }
  }

  @Test
  void theBranchWithoutACacheIsTaken() {
    Batch batch = batch(decoder().input("use_cache_branch", ElementType.BOOL, 1));
    assertThat(Elements.reader(Fixtures.input(batch, "use_cache_branch")).get(0)).isZero();
  }

  @Test
  void logitsOfAllPositionsAreKept() {
    Batch batch = batch(decoder().input("num_logits_to_keep", INT64));
    assertThat(Fixtures.input(batch, "num_logits_to_keep").toLongs()).containsExactly(0);
  }

  @Test
  void aPastOfOpenLengthIsEmpty() {
    Batch batch =
        batch(
            decoder()
                .input("attention_mask", INT64, "batch", "past + 1")
                .input("past_key_values.0.key", ElementType.FLOAT, "batch", 2, "past", 4));
    assertThat(Fixtures.input(batch, "past_key_values.0.key").shape()).containsExactly(2, 2, 0, 4);
    assertThat(Fixtures.input(batch, "attention_mask").shape()).containsExactly(2, 5);
  }

  @Test
  void aPastOfFixedLengthIsMasked() {
    Batch batch =
        batch(
            decoder()
                .input("attention_mask", INT64, "batch", "total")
                .input("past_key_values.0.key", ElementType.FLOAT, "batch", 2, 3, 4));
    assertThat(Fixtures.input(batch, "attention_mask").toLongs())
        .containsExactly(0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1);
  }
}
