package dev.tailgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.ir.ModelException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fields of architectures are set by name, and sizes that make no model are refused. */
class FieldsTest {
  @Test
  void aFieldIsSetByItsName() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("layers", "4");
    texts.put("strict", "false");
    texts.put("positions", "learned");
    texts.put("tokenDeviation", "1e-1");
    assertThat(Fields.with(Opt.TINY, texts))
        .isEqualTo(new Opt(32, 32, 4, 48, 4, 192, false, Positions.LEARNED, 0.02, 0.1));
    assertThat(Fields.with(Opt.TINY, Map.of())).isEqualTo(Opt.TINY);
  }

  @Test
  void everyNamedSizeHasTheKindOfItsName() {
    assertThat(Architectures.SIZES.keySet()).isEqualTo(Architectures.KINDS.keySet());
    Architectures.SIZES.forEach(
        (kind, sizes) -> {
          assertThat(sizes).containsKey("tiny");
          assertThat(sizes.values()).hasOnlyElementsOfType(Architectures.KINDS.get(kind));
          sizes
              .values()
              .forEach(
                  size -> {
                    Map<String, String> texts = new LinkedHashMap<>();
                    Fields.of(size)
                        .forEach(
                            (name, value) ->
                                texts.put(name, value.toString().toLowerCase(Locale.ROOT)));
                    assertThat(Fields.with(size, texts)).isEqualTo(size);
                  });
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bert | heads=5 | expected heads that divide the width, found heads 5 of width 48",
        "bert | depth=3 | expected one of vocabulary, length, layers, width",
        "bert | layers=three | expected a whole number, found three at layers",
        "bert | layers=0 | expected layers of 1 or more, found 0",
        "bert | layers=2.5 | expected a whole number, found 2.5 at layers",
        "bert | deviation=NaN | expected a deviation from 0 on, found NaN",
        "bert | tokenDeviation=-1 | expected a tokenDeviation from 0 on, found -1.0",
        "opt | strict=yes | expected true or false, found yes at strict",
        "opt | positions=rotary | expected one of learned, sinusoidal, found rotary at positions",
        "llama | groups=3 | expected groups that divide the heads, found groups 3 of heads 4",
        "llama | width=20 | expected halves that divide the width of a head, found halves 2 of width"
            + " of a head 5",
        "llama | base=0 | expected a base above 0, found 0.0",
        "vit | patch=5 | expected patch that divide the image, found patch 5 of image 24",
        "vit | heads=-4 | expected heads of 1 or more, found -4",
        "stanhop | segment=0 | expected segment of 1 or more, found 0",
        "stanhop | heads=7 | expected heads that divide the width, found heads 7 of width 24",
      })
  void whatMakesNoModelIsRefused(String kind, String setting, String message) {
    String[] words = setting.split("=", 2);
    Architecture tiny = Architectures.SIZES.get(kind).get("tiny");
    assertThatThrownBy(() -> Fields.with(tiny, Map.of(words[0], words[1])))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message);
  }

  @Test
  void weightsThatMemoryDoesNotHoldAreRefusedBeforeTheyAreMade() {
    Map<String, String> huge = Map.of("vocabulary", "2000000000");
    Architecture opt = Fields.with(Opt.TINY, huge);
    assertThatThrownBy(() -> opt.build(1))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("tokens.weight");
    Architecture vit = Fields.with(Vit.TINY, Map.of("image", "600000"));
    assertThatThrownBy(() -> vit.build(1))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("mask");
    Room room = Room.of(120);
    assertThat(room.take("first", 2, 5)).isEqualTo(10);
    // 40 of 120 bytes are taken, and 7 elements take 12 each while they are made.
    assertThatThrownBy(() -> room.take("second", 7))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("second");
    assertThat(room.take("third", 6)).isEqualTo(6);
  }
}
