package dev.tailgate.onnx.ir;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.tailgate.onnx.proto.ModelProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Loads a model file by mapping it; see {@link WireParser} for how weights stay in the file. */
final class ModelReader {
  /** The newest standard operator set whose operators {@link OperatorTable} knows. */
  static final long NEWEST_OPSET = 28;

  private ModelReader() {}

  static OnnxModel read(Path path) {
    ByteBuffer bytes = map(path);
    refuseStandIns(path, bytes);
    WireParser parser = new WireParser(path, UnsafeByteOperations.unsafeWrap(bytes));
    ModelProto shell;
    OnnxGraph graph;
    try {
      parser.parse();
      shell = parser.shell();
      boolean unversioned = shell.getOpsetImportCount() == 0 && shell.getIrVersion() == 0;
      if (!parser.hasGraph() || unversioned) {
        throw notOnnx(path, "a protobuf message without graph or operator set", null);
      }
      graph = new OnnxGraph(parser.graph(), parser.initializers());
    } catch (InvalidProtocolBufferException e) {
      throw notOnnx(path, "bytes that do not parse (" + e.getMessage() + ")", e);
    }
    OnnxModel model = new OnnxModel(shell, graph, Optional.of(path));
    if (model.opset() > NEWEST_OPSET) {
      throw ModelException.doing("reading " + path)
          .expected("opset " + NEWEST_OPSET + " or older")
          .found("opset " + model.opset())
          .fix("Export with an older opset, or use a newer Tailgate.");
    }
    return GraphOrder.sorted(model, GraphChecks.onLoad(model, path.toString()));
  }

  private static ByteBuffer map(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (Files.isDirectory(path)) {
        throw ModelException.doing("reading " + path)
            .expected("an ONNX file")
            .found("a folder")
            .fix("Name the .onnx file inside it.");
      }
      long size = channel.size();
      if (size == 0) {
        throw ModelException.doing("reading " + path)
            .expected("an ONNX model")
            .found("an empty file")
            .fix("Export or download the model again.");
      }
      if (size > Integer.MAX_VALUE) {
        throw ModelException.doing("reading " + path)
            .expected("at most 2147483647 bytes, the limit of one protobuf file")
            .found(size + " bytes")
            .fix("Export with external data, so that weights lie in a file of their own.");
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
    } catch (NoSuchFileException e) {
      throw ModelException.doing("reading " + path)
          .expected("an ONNX file")
          .found("no such file")
          .fix("Check the path.", e);
    } catch (IOException e) {
      throw ModelException.doing("reading " + path)
          .expected("a readable file")
          .found(String.valueOf(e.getMessage()))
          .fix("Check the path and its permissions.", e);
    }
  }

  private static void refuseStandIns(Path path, ByteBuffer bytes) {
    byte[] head = new byte[Math.min(64, bytes.remaining())];
    bytes.duplicate().get(head);
    String text = new String(head, StandardCharsets.ISO_8859_1);
    if (text.startsWith("version https://git-lfs")) {
      throw ModelException.doing("reading " + path)
          .expected("an ONNX model")
          .found("a Git LFS pointer")
          .fix("Fetch the real file with 'git lfs pull'.");
    }
    if (text.startsWith("<!DOCTYPE")
        || text.startsWith("<html")
        || text.startsWith("PK\u0003\u0004")) {
      throw notOnnx(path, text.startsWith("PK") ? "a zip archive" : "an HTML page", null);
    }
    if (bytes.get(0) == 0x1f && head.length > 1 && bytes.get(1) == (byte) 0x8b) {
      throw notOnnx(path, "gzip-compressed data", null);
    }
  }

  private static ModelException notOnnx(Path path, String found, @Nullable Throwable cause) {
    ModelException.Builder message =
        ModelException.doing("reading " + path).expected("an ONNX model").found(found);
    String advice = "The file is truncated, damaged or not ONNX; export or download it again.";
    return cause == null ? message.fix(advice) : message.fix(advice, cause);
  }

  /** Shares the aliasing set-up between parsers. */
  static CodedInputStream open(ByteString bytes) {
    CodedInputStream in = bytes.newCodedInput();
    in.enableAliasing(true);
    in.setSizeLimit(Integer.MAX_VALUE);
    return in;
  }
}
