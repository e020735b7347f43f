package dev.tailgate.onnx.ir;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.tailgate.file.Publication;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.TensorProto;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Writes models, as files to be published. Weights go from file to file inside the operating
 * system.
 */
final class ModelWriter {
  /** Constants below this many bytes stay inside the graph. */
  static final int REFERENCE_BYTES = 1024;

  /** Above this a file could exceed the 2 GiB limit of protobuf once framing is added. */
  static final long SINGLE_FILE_LIMIT = 2_000_000_000L;

  /** Bytes of what is converted on its way into a file. */
  private static final int BLOCK = 1 << 20;

  private ModelWriter() {}

  /**
   * Writes {@code model} as what will be {@code path} once {@code publication} is published; the
   * file is where it says meanwhile.
   */
  static Path stage(OnnxModel model, Path path, Publication publication) {
    if (path.getFileName() == null || Files.isDirectory(path)) {
      throw ModelException.doing("writing " + path)
          .expected("the name of a file")
          .found("a folder")
          .fix("Name the .onnx file to write.");
    }
    try {
      Path target = Publication.place(path);
      SupersededData superseded = SupersededData.of(target);
      Path staged =
          needsExternalData(model)
              ? stageWithData(model, target, publication)
              : stageAlone(model, target, publication);
      publication.then(() -> superseded.remove(model));
      return staged;
    } catch (IOException | UncheckedIOException e) {
      throw unwritable(path, e);
    }
  }

  /** What is said where a model cannot be written. */
  static ModelException unwritable(Path path, Exception e) {
    Throwable cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
    return ModelException.doing("writing " + path)
        .expected("a writable folder with enough space")
        .found(
            cause instanceof AccessDeniedException
                ? "one this user may not write to"
                : String.valueOf(cause.getMessage()))
        .fix("Nothing was replaced; free space or choose another place.", e);
  }

  private static Path stageAlone(OnnxModel model, Path target, Publication publication)
      throws IOException {
    Path staged = publication.stage(target);
    try (FileChannel out = created(staged)) {
      Map<String, ConstantTensor> tensors = model.graph().initializers();
      stream(model.shell(), model.graph().proto(), tensors, out);
    }
    return staged;
  }

  /** The data is staged, and so published, before the model that refers to it. */
  private static Path stageWithData(OnnxModel model, Path target, Publication publication)
      throws IOException {
    ExternalDataFile data = ExternalDataFile.stage(model, target, publication);
    Path staged = publication.stage(target);
    try (FileChannel out = created(staged)) {
      stream(data.shell(), data.graph(), data.references(), out);
    }
    return staged;
  }

  static FileChannel created(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** A model that came with data files keeps one; a model too large for one file gets one. */
  private static boolean needsExternalData(OnnxModel model) {
    ExternalFiles files = model.graph().files();
    long total =
        (long) model.graph().proto().getSerializedSize() + model.shell().getSerializedSize();
    for (ConstantTensor tensor : model.graph().initializers().values()) {
      total += tensorSize(tensor);
    }
    return (files != null && !files.located().isEmpty()) || total > SINGLE_FILE_LIMIT;
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
    if (graphSize + shell.getSerializedSize() > Integer.MAX_VALUE - 16) {
      throw ModelException.doing("writing a model")
          .expected("less than 2 GB besides the initialisers")
          .found(graphSize + " bytes")
          .fix("Export the weights as initialisers instead of Constant nodes.");
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
      for (ByteBuffer part : inline.bytes().asReadOnlyByteBufferList()) {
        while (part.hasRemaining()) {
          to.write(part);
        }
      }
    } else if (data instanceof TensorData.Widened) {
      for (long at = 0; at < data.byteLength(); at += BLOCK) {
        ByteBuffer part = data.read(at, (int) Math.min(BLOCK, data.byteLength() - at));
        while (part.hasRemaining()) {
          to.write(part);
        }
      }
    } else if (data instanceof TensorData.Slice slice) {
      try (FileChannel from = slice.open()) {
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
  static boolean hasElements(ConstantTensor tensor) {
    return switch (tensor.type()) {
      case STRING -> false;
      case UNDEFINED -> tensor.data().byteLength() > 0;
      default -> !ExternalData.isExternal(tensor.header());
    };
  }

  private static long tensorSize(ConstantTensor tensor) {
    long length = tensor.data().byteLength();
    long payload = hasElements(tensor) ? 1 + varintSize(length) + length : 0;
    return tensor.header().getSerializedSize() + payload;
  }

  private static int varintSize(long value) {
    return CodedOutputStream.computeUInt64SizeNoTag(value);
  }
}
