package dev.tailgate.page.html;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.result.Damage;
import dev.tailgate.result.LargeResult;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.TapResult;
import dev.tailgate.result.wording.TapRanking;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelPictureTest {
  private static final RunResult RESULT = LargeResult.of("");
  private static final List<TapResult> RANKED = TapRanking.worstFirst(RESULT);
  private static final ModelPicture PICTURE = PageData.of(RESULT, RANKED).picture();

  @Test
  void hasARowForEachLayerAndAColumnForEachRoleInGraphOrder() {
    assertThat(PICTURE.rows()).hasSize(36).startsWith("0", "1").endsWith("35");
    assertThat(PICTURE.columns()).hasSize(14).startsWith("attn_layernorm_out", "query");
    assertThat(PICTURE.taps()).hasSize(36 * 14);
  }

  @Test
  void colourOfACellIsThatOfItsTapOnALogarithmicScaleFromAGaussian() {
    ModelPicture.Colouring kurtosis = PICTURE.colourings().get(0);
    double most = RANKED.stream().mapToDouble(TapResult::kurtosis).max().orElseThrow();
    for (int cell = 0; cell < kurtosis.cells().size(); cell++) {
      int rank = kurtosis.cells().get(cell).tap();
      double value = RANKED.get(rank).kurtosis();
      long expected = Math.round(15 * Math.log(value / 3) / Math.log(most / 3));
      assertThat(kurtosis.cells().get(cell).shade()).isEqualTo((int) expected);
      assertThat(RANKED.get(rank).layer()).isEqualTo(cell / 14);
    }
  }

  @Test
  void tapsOutsideBlocksStandBesideTheirNeighbours() {
    List<TapResult> taps =
        List.of(
            tap("embedding", -1, 4),
            tap("first", 0, 5),
            tap("between", -1, 6),
            tap("second", 1, 7),
            tap("head", -1, 8));
    ModelPicture picture = ModelPicture.of(resultWith(taps), taps, ModelPictureTest::nothing);
    assertThat(picture.rows()).containsExactly("before", "0", "1", "after");
    assertThat(picture.taps()).containsExactly(List.of(0), List.of(1, 2), List.of(3), List.of(4));
    assertThat(picture.colourings().get(0).cells().get(1).text()).isEqualTo("6");
  }

  @Test
  void aNumberThatNoTapHasIsNoChoice() {
    List<TapResult> taps = List.of(tap("a", 0, 5));
    assertThat(ModelPicture.of(resultWith(taps), taps, ModelPictureTest::nothing).colourings())
        .extracting(ModelPicture.Colouring::id)
        .containsExactly("kurtosis", "inf-norm");
  }

  @Test
  void sensitivityIsDarkWhereLittleOfTheOutputsIsLeft() {
    List<TapResult> taps = List.of(tap("a", 0, 5), tap("b", 1, 5), tap("c", 2, 5));
    Map<String, Double> alone = Map.of("a", 40.0, "b", 10.0);
    ModelPicture picture =
        ModelPicture.of(
            resultWith(taps),
            taps,
            tensor ->
                new PictureColour.Known(
                    Optional.empty(),
                    Optional.ofNullable(alone.get(tensor))
                        .map(sqnr -> new Damage(sqnr, Optional.empty()))));
    assertThat(picture.colourings())
        .extracting(ModelPicture.Colouring::id)
        .containsExactly("kurtosis", "inf-norm", "sensitivity");
    assertThat(picture.colourings().get(2).cells())
        .containsExactly(
            new ModelPicture.Cell(0, "40", 0),
            new ModelPicture.Cell(1, "10", 15),
            ModelPicture.Cell.EMPTY);
  }

  private static PictureColour.Known nothing(String tensor) {
    return new PictureColour.Known(Optional.empty(), Optional.empty());
  }

  private static TapResult tap(String tensor, int layer, double kurtosis) {
    TapResult like = RANKED.get(RANKED.size() - 1);
    return new TapResult(
        tensor,
        "out",
        layer,
        kurtosis,
        kurtosis - 3,
        2,
        3,
        like.absMaxAt(),
        0,
        10,
        1,
        0,
        0,
        true,
        like.firstNonfiniteSample());
  }

  private static RunResult resultWith(List<TapResult> taps) {
    return new RunResult(
        RESULT.schemaVersion(),
        RESULT.tool(),
        RESULT.model(),
        RESULT.run(),
        RESULT.sites(),
        RESULT.notSites(),
        taps,
        RESULT.headline(),
        RESULT.task(),
        RESULT.quantization(),
        RESULT.points(),
        RESULT.worstTap(),
        RESULT.coverage(),
        RESULT.evidence(),
        RESULT.sensitivity(),
        RESULT.warnings());
  }
}
