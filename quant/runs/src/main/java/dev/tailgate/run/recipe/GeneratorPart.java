package dev.tailgate.run.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailgate.data.generated.CausalText;
import dev.tailgate.data.generated.Generator;
import dev.tailgate.data.generated.Language;
import dev.tailgate.data.generated.MaskedText;
import dev.tailgate.data.generated.SeasonalSeries;
import dev.tailgate.data.generated.Seasons;
import dev.tailgate.data.generated.Votes;
import java.util.List;

/** The part of a recipe that says what data is made. */
final class GeneratorPart {
  private static final List<String> KINDS =
      List.of("causal-text", "masked-text", "votes", "seasons");

  private record Causal(int length) {}

  private record Masked(int length, double maskRate, double padded) {}

  private record Windows(int history, int horizon) {}

  private GeneratorPart() {}

  static Generator of(RecipeFile file, JsonNode data) {
    String kind = file.text(data, "generator");
    JsonNode rest = RecipeFile.without(data, "generator", "language", "series");
    try {
      return switch (kind) {
        case "causal-text" ->
            new CausalText(language(file, data), file.read(rest, Causal.class, "data").length());
        case "masked-text" -> {
          Masked masked = file.read(rest, Masked.class, "data");
          yield new MaskedText(
              language(file, data), masked.length(), masked.maskRate(), masked.padded());
        }
        case "votes" -> file.read(rest, Votes.class, "data");
        case "seasons" -> {
          Windows windows = file.read(rest, Windows.class, "data");
          SeasonalSeries.Shape shape =
              file.read(part(file, data, "series"), SeasonalSeries.Shape.class, "data.series");
          yield new Seasons(shape, windows.history(), windows.horizon());
        }
        default -> throw file.refused("one of " + KINDS, kind, "data.generator");
      };
    } catch (IllegalArgumentException e) {
      throw file.refused("values that go together", String.valueOf(e.getMessage()), "data");
    }
  }

  private static Language language(RecipeFile file, JsonNode data) {
    return file.read(part(file, data, "language"), Language.class, "data.language");
  }

  private static JsonNode part(RecipeFile file, JsonNode data, String name) {
    JsonNode part = data.get(name);
    if (part == null) {
      throw file.refused(name, "none", "data");
    }
    return part;
  }
}
