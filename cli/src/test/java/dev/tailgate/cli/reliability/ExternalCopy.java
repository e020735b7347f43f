package dev.tailgate.cli.reliability;

import com.google.protobuf.ByteString;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.StringStringEntryProto;
import dev.tailgate.onnx.proto.TensorProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model with its weights in a file beside it. */
final class ExternalCopy {
  private static final int LEAST_BYTES = 1024;

  private ExternalCopy() {}

  static void write(Path from, Path to) throws IOException {
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(from));
    GraphProto.Builder graph = model.getGraph().toBuilder();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    String name = to.getFileName() + ".data";
    for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
      ByteString bytes = tensor.getRawData();
      if (bytes.size() >= LEAST_BYTES) {
        tensor
            .clearRawData()
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", name))
            .addExternalData(entry("offset", Integer.toString(data.size())))
            .addExternalData(entry("length", Integer.toString(bytes.size())));
        bytes.writeTo(data);
      }
    }
    Files.write(to.resolveSibling(name), data.toByteArray());
    Files.write(to, model.toBuilder().setGraph(graph).build().toByteArray());
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
