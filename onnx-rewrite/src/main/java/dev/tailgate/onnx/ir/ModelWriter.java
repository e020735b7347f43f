package dev.tailgate.onnx.ir;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.TensorProto;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes models. Weights go from file to file inside the operating system; the target is replaced
 * by one rename after everything is on disk, so a killed process leaves the old file or none.
 */
final class ModelWriter {
  /** Constants below this many bytes stay inside the graph. */
  static final int REFERENCE_BYTES = 1024;

  /** Above this a file could exceed the 2 GiB limit of protobuf once framing is added. */
  private static final long SINGLE_FILE_LIMIT = 2_000_000_000L;

  private ModelWriter() {}

  static byte[] sessionBytes(OnnxModel model) {
    Path folder = model.weightsFolder().orElse(Path.of("").toAbsolutePath());
    List<TensorProto> tensors = new ArrayList<>();
    for (ConstantTensor tensor : model.graph().initializers().values()) {
      if (tensor.data() instanceof TensorData.Slice slice) {
        String location = folder.relativize(slice.file().toAbsolutePath()).toString();
        tensors.add(
            ExternalData.reference(tensor.header(), location, slice.offset(), slice.byteLength()));
      } else {
        tensors.add(inline(tensor));
      }
    }
    GraphProto graph = model.graph().proto().toBuilder().addAllInitializer(tensors).build();
    return model.shell().toBuilder().setGraph(graph).build().toByteArray();
  }

  private static TensorProto inline(ConstantTensor tensor) {
    TensorProto header = tensor.header();
    boolean keepsTypedElements =
        tensor.type() == ElementType.STRING || tensor.type() == ElementType.UNDEFINED;
    return keepsTypedElements
        ? header
        : header.toBuilder().setRawData(((TensorData.Inline) tensor.data()).bytes()).build();
  }

  static void write(OnnxModel model, Path target) {
    Path folder = ExternalData.folderOf(target);
    @Nullable ExternalDataFile sidecar = null;
    @Nullable Path beside = null;
    try {
      Files.createDirectories(folder);
      Map<String, ConstantTensor> tensors = model.graph().initializers();
      if (needsExternalData(model)) {
        sidecar = ExternalDataFile.write(tensors.values(), target);
        tensors = sidecar.references();
      }
      beside = Files.createTempFile(folder, "." + target.getFileName() + ".", ".partial");
      try (FileChannel out = FileChannel.open(beside, StandardOpenOption.WRITE)) {
        stream(model.shell(), model.graph().proto(), tensors, out);
        out.force(true);
      }
      if (sidecar != null) {
        sidecar.publish();
      }
      Files.move(
          beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      if (sidecar != null) {
        sidecar.removeSuperseded();
      }
    } catch (IOException | UncheckedIOException e) {
      delete(beside);
      if (sidecar != null) {
        delete(sidecar.partial());
      }
      throw ModelException.doing("writing " + target)
          .expected("a writable folder with enough space")
          .found(String.valueOf(e.getMessage()))
          .fix("Nothing was replaced; free space or choose another place.", e);
    }
  }

  private static boolean needsExternalData(OnnxModel model) {
    long total = model.graph().proto().getSerializedSize();
    boolean external = false;
    for (ConstantTensor tensor : model.graph().initializers().values()) {
      total += tensor.data().byteLength();
      external |=
          tensor.data() instanceof TensorData.Slice slice
              && !model.path().map(slice.file()::equals).orElse(false);
    }
    return external || total > SINGLE_FILE_LIMIT;
  }

  /** Writes model, graph and initialiser framing by hand, so that weights can be transferred. */
  private static void stream(
      ModelProto shell, GraphProto graph, Map<String, ConstantTensor> tensors, FileChannel channel)
      throws IOException {
    long graphSize = graph.getSerializedSize();
    for (ConstantTensor tensor : tensors.values()) {
      long size = tensorSize(tensor);
      graphSize += 1 + varintSize(size) + size;
    }
    OutputStream out = Channels.newOutputStream(channel);
    CodedOutputStream coded = CodedOutputStream.newInstance(out, 1 << 16);
    shell.writeTo(coded);
    coded.writeTag(ModelProto.GRAPH_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    coded.writeUInt64NoTag(graphSize);
    graph.writeTo(coded);
    for (ConstantTensor tensor : tensors.values()) {
      coded.writeTag(GraphProto.INITIALIZER_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      coded.writeUInt64NoTag(tensorSize(tensor));
      tensor.header().writeTo(coded);
      if (hasElements(tensor)) {
        coded.writeTag(TensorProto.RAW_DATA_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        coded.writeUInt64NoTag(tensor.data().byteLength());
        coded.flush();
        transfer(tensor.data(), channel);
      }
    }
    coded.flush();
  }

  static void transfer(TensorData data, FileChannel to) throws IOException {
    if (data instanceof TensorData.Inline inline) {
      for (java.nio.ByteBuffer part : inline.bytes().asReadOnlyByteBufferList()) {
        while (part.hasRemaining()) {
          to.write(part);
        }
      }
    } else if (data instanceof TensorData.Slice slice) {
      try (FileChannel from = FileChannel.open(slice.file(), StandardOpenOption.READ)) {
        long done = 0;
        while (done < slice.byteLength()) {
          long moved = from.transferTo(slice.offset() + done, slice.byteLength() - done, to);
          if (moved <= 0) {
            throw new IOException(slice.file() + " ended early");
          }
          done += moved;
        }
      }
    }
  }

  /** Zero-element tensors need the field too, or the checker of other tools calls them empty. */
  private static boolean hasElements(ConstantTensor tensor) {
    return tensor.type() != ElementType.STRING
        && tensor.type() != ElementType.UNDEFINED
        && !ExternalData.isExternal(tensor.header());
  }

  private static long tensorSize(ConstantTensor tensor) {
    long length = tensor.data().byteLength();
    long payload = hasElements(tensor) ? 1 + varintSize(length) + length : 0;
    return tensor.header().getSerializedSize() + payload;
  }

  private static int varintSize(long value) {
    return CodedOutputStream.computeUInt64SizeNoTag(value);
  }

  private static void delete(@Nullable Path file) {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        // The error being reported matters more than the partial file.
      }
    }
  }

  static ConstantTensor external(ConstantTensor tensor, String location, long offset) {
    return new ConstantTensor(
        ExternalData.reference(tensor.header(), location, offset, tensor.data().byteLength()),
        new TensorData.Inline(ByteString.EMPTY));
  }
}
