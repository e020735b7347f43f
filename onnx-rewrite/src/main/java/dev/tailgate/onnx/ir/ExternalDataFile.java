package dev.tailgate.onnx.ir;

import com.google.protobuf.ByteString;
import dev.tailgate.file.Publication;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.TensorProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * The data file beside a model being saved, and the model rewritten to refer to it. The file never
 * takes a name that exists, so what the model in place refers to stays whole until that model is
 * replaced.
 */
final class ExternalDataFile {
  /** Memory-mapping runtimes want large tensors on page boundaries. */
  private static final int PAGE = 4096;

  private static final int LARGE = 1 << 20;

  private final FileChannel channel;
  private final Path file;
  private final Map<String, ConstantTensor> references = new LinkedHashMap<>();
  private final ModelProto shell;
  private final GraphProto graph;

  private ExternalDataFile(OnnxModel model, Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    for (ConstantTensor tensor : model.graph().initializers().values()) {
      references.put(tensor.name(), moved(tensor));
    }
    ExternalFiles files = model.graph().files();
    NestedTensors nested =
        new NestedTensors(
            tensor -> files == null ? tensor : movedNested(ExternalData.resolve(tensor, files)));
    graph = nested.inGraph(model.graph().proto());
    shell = nested.inShell(model.shell());
  }

  /** Writes the elements of all large tensors to a file that is published with the model. */
  static ExternalDataFile stage(OnnxModel model, Path target, Publication publication)
      throws IOException {
    Path file = freeName(model, target);
    try (FileChannel channel = ModelWriter.created(publication.stage(file))) {
      return new ExternalDataFile(model, file, channel);
    }
  }

  /** {@code <name>.data}, or where that exists a name that follows from the contents' layout. */
  private static Path freeName(OnnxModel model, Path target) {
    Path plain = target.resolveSibling(target.getFileName() + ".data");
    if (!Files.exists(plain)) {
      return plain;
    }
    CRC32 sum = new CRC32();
    for (ConstantTensor tensor : model.graph().initializers().values()) {
      sum.update(tensor.toString().getBytes(StandardCharsets.UTF_8));
    }
    Path file = plain;
    for (int tag = (int) sum.getValue(); Files.exists(file); tag++) {
      String name = String.format(Locale.ROOT, "%s.%08x.data", target.getFileName(), tag);
      file = target.resolveSibling(name);
    }
    return file;
  }

  private ConstantTensor moved(ConstantTensor tensor) throws IOException {
    if (tensor.data().byteLength() < ModelWriter.REFERENCE_BYTES) {
      return tensor;
    }
    long length = tensor.data().byteLength();
    long unit = length >= LARGE ? PAGE : 64;
    long offset = (channel.position() + unit - 1) / unit * unit;
    channel.position(offset);
    ModelWriter.transfer(tensor.data(), channel);
    return new ConstantTensor(
        ExternalData.reference(tensor.header(), String.valueOf(file.getFileName()), offset, length),
        new TensorData.Inline(ByteString.EMPTY));
  }

  private TensorProto movedNested(ConstantTensor tensor) {
    try {
      ConstantTensor reference = moved(tensor);
      return reference == tensor
          ? tensor.header().toBuilder()
              .setRawData(
                  ByteString.copyFrom(tensor.data().read(0, (int) tensor.data().byteLength())))
              .build()
          : reference.header();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The initialisers as the model file is to name them. */
  Map<String, ConstantTensor> references() {
    return references;
  }

  ModelProto shell() {
    return shell;
  }

  GraphProto graph() {
    return graph;
  }
}
