package dev.tailgate.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.TapPreset;
import dev.tailgate.onnx.role.TapRole;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** The finders see the Hopfield modules of STanHop-Net as they do in an export of it. */
class StanhopSitesTest {
  /** Two blocks of three modules, and three layers of the decoder with one more each. */
  @Test
  void allAssociationsAreFound() {
    AttentionReport report = ModelMap.of(Stanhop.TINY.build(1)).attention();
    assertThat(report.sites()).hasSize(2 * 3 + 3 * 4);
    assertThat(report.notSites()).isEmpty();
    assertThat(report.sites())
        .extracting(AttentionSite::normaliser)
        .containsOnly(Normaliser.SOFTMAX);
  }

  @Test
  void aBlockMoreBringsSeven() {
    Stanhop one = new Stanhop(20, 9, 4, 3, 16, 4, 24, 5, 1, 1, false);
    Stanhop two = new Stanhop(20, 9, 4, 3, 16, 4, 24, 5, 1, 2, false);
    assertThat(ModelMap.of(one.build(1)).attention().count()).isEqualTo(3 + 2 * 4);
    assertThat(ModelMap.of(two.build(1)).attention().count()).isEqualTo(3 + 2 * 4 + 7);
  }

  @Test
  void thePresetIsThatOfTheFamily() {
    ModelMap map = ModelMap.of(Stanhop.TINY.build(1));
    assertThat(TapPreset.auto(map.flow(), map.taps())).isEqualTo(TapPreset.STANHOP);
    // As in the export of the family: three of the first layer of the decoder see no data.
    assertThat(TapPreset.STANHOP.select(map.taps()))
        .filteredOn(tap -> tap.is(TapRole.ATTN_PROBS))
        .hasSize(15);
  }

  @Test
  void sizesThatMakeNoModelAreRefused() {
    Assertions.assertThatThrownBy(() -> new Stanhop(20, 9, 4, 3, 15, 4, 24, 5, 1, 1, false))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("heads");
    Assertions.assertThatThrownBy(() -> new Stanhop(20, 9, 4, 3, 16, 4, 24, 5, 0, 1, false))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("merge");
  }
}
