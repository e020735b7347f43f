package dev.tailgate.onnx.ir;

import com.google.protobuf.ByteString;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.TensorProto;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A model as one byte array whose weights are external-data references into the files they were
 * loaded from, the {@code .onnx} file itself included.
 */
final class SessionBytes {
  private SessionBytes() {}

  static byte[] of(OnnxModel model) {
    Path folder = model.weightsFolder().orElse(Path.of("").toAbsolutePath());
    List<TensorProto> tensors = new ArrayList<>();
    long size =
        (long) model.graph().proto().getSerializedSize() + model.shell().getSerializedSize();
    for (ConstantTensor tensor : model.graph().initializers().values()) {
      // Checked before anything is carried: what is not a reference costs heap twice over.
      boolean inside = isReference(tensor, folder);
      size += tensor.header().getSerializedSize() + (inside ? 64 : tensor.data().byteLength());
      requireBelowLimit(size, model);
      tensors.add(inside ? referenced(tensor, folder) : inline(tensor));
    }
    GraphProto graph = model.graph().proto().toBuilder().addAllInitializer(tensors).build();
    ModelProto whole = model.shell().toBuilder().setGraph(graph).build();
    return whole.toByteArray();
  }

  /** Runtimes refuse references that leave the folder, so such weights have to travel inside. */
  private static boolean isReference(ConstantTensor tensor, Path folder) {
    return tensor.data() instanceof TensorData.Slice slice && slice.file().startsWith(folder);
  }

  private static TensorProto referenced(ConstantTensor tensor, Path folder) {
    TensorData.Slice slice = (TensorData.Slice) tensor.data();
    slice.requireUnchanged();
    String location = folder.relativize(slice.file()).toString().replace(File.separatorChar, '/');
    return ExternalData.reference(tensor.header(), location, slice.offset(), slice.byteLength());
  }

  /** The tensor with its elements inside. */
  static TensorProto inline(ConstantTensor tensor) {
    if (!ModelWriter.hasElements(tensor)) {
      return tensor.header();
    }
    TensorData data = tensor.data();
    ByteString bytes =
        data instanceof TensorData.Inline inline
            ? inline.bytes()
            : ByteString.copyFrom(data.read(0, Math.toIntExact(data.byteLength())));
    return tensor.header().toBuilder().setRawData(bytes).build();
  }

  private static void requireBelowLimit(long size, OnnxModel model) {
    if (size > ModelWriter.SINGLE_FILE_LIMIT) {
      throw ModelException.doing("preparing " + model.path().map(Path::toString).orElse("a model"))
          .expected("less than 2 GB of constants that are not in the model's files")
          .found(size + " bytes")
          .fix("Save the model first and load it again, so that its weights are references.");
    }
  }
}
