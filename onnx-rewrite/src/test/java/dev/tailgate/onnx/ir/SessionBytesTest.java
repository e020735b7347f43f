package dev.tailgate.onnx.ir;

import static dev.tailgate.onnx.ir.Fixtures.floats;
import static dev.tailgate.onnx.ir.Fixtures.graph;
import static dev.tailgate.onnx.ir.Fixtures.node;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.StringStringEntryProto;
import dev.tailgate.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionBytesTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  private static Map<String, String> entries(TensorProto tensor) {
    return tensor.getExternalDataList().stream()
        .collect(
            Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
  }

  private static List<TensorProto> initializers(OnnxModel model)
      throws InvalidProtocolBufferException {
    return ModelProto.parseFrom(model.toSessionBytes()).getGraph().getInitializerList();
  }

  @Test
  void weightsBecomeReferencesToTheirBytesInTheModelFile() throws IOException {
    TensorProto raw = floats("raw", 1, 1000);
    TensorProto.Builder typed = TensorProto.newBuilder().setName("typed").setDataType(1);
    for (int i = 0; i < 500; i++) {
      typed.addFloatData(i);
    }
    TensorProto small = floats("small", 3, 10);
    OnnxModel model =
        Fixtures.load(
            folder, graph(List.of(node("Relu", "x", "y")), raw, typed.addDims(500).build(), small));
    byte[] file = Files.readAllBytes(folder.resolve("m.onnx"));
    List<TensorProto> tensors = initializers(model);
    for (TensorProto tensor : tensors.subList(0, 2)) {
      Map<String, String> at = entries(tensor);
      assertThat(at).containsEntry("location", "m.onnx");
      int offset = Integer.parseInt(at.get("offset"));
      int length = Integer.parseInt(at.get("length"));
      assertThat(Arrays.copyOfRange(file, offset, offset + length))
          .isEqualTo(Fixtures.elements(model.graph().constant(tensor.getName()).orElseThrow()));
      assertThat(tensor.hasRawData()).isFalse();
    }
    assertThat(entries(tensors.get(1))).containsEntry("length", "2000");
    assertThat(tensors.get(2).getRawData()).isEqualTo(small.getRawData());
    assertThat(model.toSessionBytes().length).isLessThan(1000);
  }

  @Test
  void aRoundaboutPathStillGivesAPlainLocation() throws IOException {
    Files.createDirectories(folder.resolve("sub"));
    Fixtures.load(folder, graph(List.of(node("Relu", "x", "y")), floats("w", 1, 1000)));
    OnnxModel model = OnnxModel.load(folder.resolve("sub/.././m.onnx"));
    assertThat(entries(initializers(model).get(0))).containsEntry("location", "m.onnx");
    assertThat(model.weightsFolder()).contains(folder.toAbsolutePath().normalize());
  }

  @Test
  void weightsFromAnotherFolderTravelInside() throws IOException {
    OnnxModel model =
        Fixtures.load(
            Files.createDirectories(folder.resolve("sub")),
            graph(List.of(node("Relu", "x", "y")), floats("w", 1, 1000)));
    byte[] other = floats("w", 2, 1000).getRawData().toByteArray();
    Path outside = Fixtures.write(folder, "scaled.bin", other);
    ConstantTensor scaled =
        ConstantTensor.ofSlice(
            "", ElementType.FLOAT, List.of(1000L), new TensorData.Slice(outside, 0, 4000));
    OnnxModel edited = model.edit().replaceConstant("w", scaled).commit();
    assertThat(initializers(edited).get(0).getRawData().toByteArray()).isEqualTo(other);
  }
}
