package dev.tailgate.run.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.model.Architectures;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.method.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recipes that are shipped are read whole, and what is wrong in one is refused by name. */
class RecipeFileTest {
  private static final Path SHIPPED = Path.of("../../testdata/recipes");

  private static String text(String family) {
    try {
      return Files.readString(SHIPPED.resolve(family + ".yaml"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "opt", "vit", "stanhop"})
  void shippedRecipesBuildTheirModels(String family) {
    Recipe recipe = RecipeFile.read(SHIPPED.resolve(family + ".yaml"));
    assertThat(recipe.family()).isEqualTo(family);
    assertThat(recipe.architecture()).isInstanceOf(Architectures.KINDS.get(family));
    assertThat(recipe.methods().keySet()).containsExactlyElementsOf(Recipe.METHODS);
    for (Method method : Recipe.METHODS) {
      assertThat(new FamilyMember(recipe, method, 1).untrained().graph().nodes()).isNotEmpty();
    }
  }

  @ParameterizedTest(name = "{0} becomes {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "steps: 5000       | stepz: 5000             | one of [steps           | stepz",
        "steps: 5000       | steps: many             | a whole number          | many",
        "steps: 5000       | steps: 5.5              | a whole number          | 5.5",
        "steps: 5000       | steps: 0                | steps from 1            | training",
        "rate: 4.0e-3      | rate: .nan              | a number                | .nan",
        "warmup: 100       | warmup: -1              | a warm-up from 0        | training",
        "schedule: constant| schedule: steep         | one of constant, linear | steep",
        "clip: 0.0         | clap: 0.0               | one of [steps           | clap",
        "family: opt       | familie: opt            | one of [family          | familie",
        "family: opt       | family: 7               | a word                  | 7",
        "architecture: opt | architecture: lstm      | one of [bert, opt       | lstm",
        "layers: 2         | layers: two             | a whole number          | two",
        "heads: 4          | hats: 4                 | one of [                | hats",
        "vocabulary: 32    | vocabulary: 31          | vocabulary 32           | 31",
        "architecture: opt | architecture: bert      | one of [                | strict",
        "causal-text       | glyphs                  | one of [causal-text     | glyphs",
        "symbols: 32       | symbols: 5              | values that go together | language",
        "lags: 3           | lag: 3                  | one of [symbols         | lag",
        "clipped_softmax:  | sharpened_softmax:      | one of [vanilla         | sharpened_softmax",
        "{alpha: 2.0}      | {alpha: much}           | Double                  | much",
        "{alpha: 2.0}      | {beta: 2.0}             | one of [                | beta",
        "{alpha: 2.0}      | {alpha: -1}             | parameters that it      | methods.clipped",
        "batch: 8          | 'batch: 8\n  batch: 9'  | YAML                    | batch",
      })
  void whatIsWrongIsRefusedByName(String right, String wrong, String expected, String found) {
    String text = text("opt");
    assertThat(text).contains(right);
    String changed = text.replaceFirst(java.util.regex.Pattern.quote(right), wrong);
    assertThatThrownBy(() -> RecipeFile.parse(changed, "mine.yaml"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("reading a recipe")
        .hasMessageContaining("mine.yaml")
        .hasMessageContaining(expected)
        .hasMessageContaining(found);
  }

  @Test
  void sizesThatMakeNoModelAreRefused() {
    String text = text("opt").replace("heads: 4", "heads: 5");
    assertThatThrownBy(() -> RecipeFile.parse(text, "mine.yaml"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("heads");
  }

  @ParameterizedTest
  @ValueSource(strings = {"family", "taps", "model", "data", "methods", "training"})
  void noPartMayBeLeftOut(String part) {
    String text = text("opt").replaceFirst("(?m)^" + part + ":.*\\n(( .*)?\\n)*", "");
    assertThat(text).doesNotContain("\n" + part + ":");
    assertThatThrownBy(() -> RecipeFile.parse(text, "mine.yaml"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(part);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "just words", "[1, 2]", "a: [", "&a [*a, *a]", "null", "\u0000"})
  void whatIsNoRecipeIsRefused(String text) {
    assertThatThrownBy(() -> RecipeFile.parse(text, "mine.yaml"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("mine.yaml");
  }
}
