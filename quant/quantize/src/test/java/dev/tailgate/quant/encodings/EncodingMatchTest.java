package dev.tailgate.quant.encodings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.quant.placement.PapersPlacement;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.scheme.IntegerFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.QuantScheme;
import dev.tailgate.quant.scheme.ScaleLayout;
import dev.tailgate.quant.weights.WeightGrids;
import dev.tailgate.quant.weights.WeightRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EncodingMatchTest {
  private static final QuantParams GRID = QuantParams.perTensor(new IntegerFormat(8, true), 1, 0);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void theGridsOfAModelComeBackToTheirPoints(EncodingsFormat format) throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    List<QuantPoint.Weight> points = PapersPlacement.plan(ModelMap.of(model)).weights();
    for (String name : List.of("w8a8", "w8a8-per-channel", "w4a16")) {
      QuantScheme scheme = QuantScheme.parse(name);
      Map<QuantPoint, Quantizer> quantizers = new LinkedHashMap<>();
      WeightGrids.of(model, points, scheme.weights().orElseThrow(), new WeightRange.MinMax())
          .grids()
          .forEach((point, grid) -> quantizers.put(point, new Quantizer.Fixed(grid)));
      Path file = folder.resolve("encodings");
      EncodingsFile.write(Encodings.of(quantizers, scheme), format, file);
      Encodings read = EncodingsFile.read(file, new ModelTensors(model, points)).encodings();
      EncodingMatch match = EncodingMatch.of(read, model.graph(), points);
      assertThat(match.quantizers()).isEqualTo(quantizers);
      assertThat(match.quantizers().keySet()).containsExactlyElementsOf(quantizers.keySet());
      assertThat(match.unknown()).isEmpty();
      assertThat(match.unused()).isEmpty();
      assertThat(match.without()).isEmpty();
    }
  }

  @Test
  void whatDoesNotMeetIsReported() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    List<QuantPoint.Weight> points = PapersPlacement.plan(ModelMap.of(model)).weights();
    List<TensorEncoding> encodings = new ArrayList<>();
    encodings.add(new TensorEncoding(points.get(0).tensor(), GRID, true));
    encodings.add(new TensorEncoding("not there", GRID, true));
    encodings.add(new TensorEncoding("input_ids", GRID, true));
    EncodingMatch match =
        EncodingMatch.of(new Encodings(encodings, List.of()), model.graph(), points);
    assertThat(match.quantizers()).containsOnlyKeys(points.get(0));
    assertThat(match.unknown()).containsExactly("not there");
    assertThat(match.unused()).containsExactly("input_ids");
    assertThat(match.without()).hasSize(points.size() - 1);
  }

  @Test
  void scalesThatDoNotFitTheirTensorAreRefused() throws IOException {
    OnnxModel model = ReferenceModel.vanilla(folder);
    List<QuantPoint.Weight> points = PapersPlacement.plan(ModelMap.of(model)).weights();
    for (int axis : new int[] {0, 7}) {
      QuantParams grid =
          QuantParams.of(
              new IntegerFormat(8, true),
              new ScaleLayout.Axis(axis),
              new float[] {1, 1},
              new int[] {0, 0});
      Encodings encodings =
          new Encodings(List.of(), List.of(new TensorEncoding(points.get(0).tensor(), grid, true)));
      assertThatThrownBy(() -> EncodingMatch.of(encodings, model.graph(), points))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(points.get(0).tensor());
    }
  }
}
