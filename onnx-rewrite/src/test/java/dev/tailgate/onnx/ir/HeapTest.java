package dev.tailgate.onnx.ir;

import static dev.tailgate.onnx.ir.Fixtures.graph;
import static dev.tailgate.onnx.ir.Fixtures.node;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tailgate.onnx.proto.TensorProto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeapTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  /** Everything a pass does with a model, in the small heap the test gives this process. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      OnnxModel model = OnnxModel.load(Path.of(args[0]));
      GraphEdit edit = model.edit();
      String tap = edit.node("Abs", "tap").in("y").add();
      edit.addOutput(new ValueInfo(tap, ElementType.UNDEFINED, Optional.empty()));
      OnnxModel edited = edit.commit();
      edited.toSessionBytes();
      ElementReader.range(edited.graph().constant("w").orElseThrow());
      edited.save(Path.of(args[1]));
    }
  }

  @Test
  void weightsOfEightTimesTheHeapPassThroughLoadEditScanAndSave() throws Exception {
    TensorProto w =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(1)
            .addDims(32 << 20)
            .setRawData(ByteString.copyFrom(new byte[128 << 20]))
            .build();
    Path file =
        Fixtures.write(folder, "m.onnx", Fixtures.model(graph(List.of(node("Relu", "x", "y")), w)));
    Path out = folder.resolve("out.onnx");
    Path log = folder.resolve("child.log");
    Process child =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx16m",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                file.toString(),
                out.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(child.waitFor()).as(Files.readString(log)).isZero();
    assertThat(Files.size(out)).isGreaterThan(128 << 20);
  }
}
