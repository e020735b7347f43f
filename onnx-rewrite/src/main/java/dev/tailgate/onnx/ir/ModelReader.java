package dev.tailgate.onnx.ir;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
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
    requireFile(path);
    try {
      Path absolute = path.toAbsolutePath().normalize();
      ExternalFiles.Located file = new ExternalFiles.Located(absolute, FileStamp.of(absolute));
      ByteBuffer bytes = map(path);
      refuseStandIns(path, bytes);
      ExternalFiles files = new ExternalFiles(path);
      WireParser parser = new WireParser(files, file, bytes);
      parser.parse();
      return assemble(path, parser, files);
    } catch (InvalidProtocolBufferException e) {
      throw notOnnx(path, "bytes that do not parse (" + e.getMessage() + ")", e);
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(path, e);
    } catch (OutOfMemoryError e) {
      // Only one allocation failed; what the parser held is free again once this frame is left.
      throw ModelException.doing("reading " + path)
          .expected("a graph that fits the memory of this process")
          .found("one that does not")
          .fix("Raise -Xmx if the file can be trusted; else it may be damaged or hostile.", e);
    }
  }

  private static OnnxModel assemble(Path path, WireParser parser, ExternalFiles files) {
    ModelProto shell = parser.shell();
    boolean unversioned = shell.getOpsetImportCount() == 0 && shell.getIrVersion() == 0;
    if (!parser.hasGraph() || unversioned) {
      throw notOnnx(path, "a protobuf message without graph or operator set", null);
    }
    GraphProto graph = parser.graph();
    GraphChecks.uniqueInitializers(parser.initializers(), path.toString());
    OnnxModel model =
        new OnnxModel(
            GraphOrder.sortedFunctions(shell, path.toString()),
            new OnnxGraph(GraphOrder.sorted(graph, path.toString()), parser.initializers(), files),
            Optional.of(path));
    long opset = model.opsets().getOrDefault("", 1L);
    if (opset > NEWEST_OPSET || opset < 1) {
      throw ModelException.doing("reading " + path)
          .expected("opset 1 to " + NEWEST_OPSET)
          .found("opset " + opset)
          .fix("Export with an older opset, or use a newer Tailgate.");
    }
    if (shell.getIrVersion() < 0) {
      throw ModelException.doing("reading " + path)
          .expected("a version of the file format of 0 or more")
          .found("version " + shell.getIrVersion())
          .fix("The file is damaged or hostile; export the model again.");
    }
    FunctionCalls.bound(graph, shell, path.toString());
    NodeChecks.arities(graph, shell, (int) opset, path.toString());
    NestedTensors located =
        new NestedTensors(
            tensor -> {
              ExternalData.resolve(tensor, files);
              return tensor;
            });
    located.inGraph(graph);
    located.inShell(shell);
    GraphChecks.sound(model, path.toString(), "The file is invalid; export the model again.");
    return model;
  }

  private static void requireFile(Path path) {
    if (Files.isRegularFile(path)) {
      return;
    }
    boolean folder = Files.isDirectory(path);
    boolean exists = Files.exists(path);
    throw ModelException.doing("reading " + path)
        .expected("an ONNX file")
        .found(folder ? "a folder" : exists ? "something that is not a file" : "no such file")
        .fix(folder ? "Name the .onnx file inside it." : "Check the path.");
  }

  private static ByteBuffer map(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
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
    if (text.startsWith("\u001f\u008b")) {
      throw notOnnx(path, "gzip-compressed data", null);
    }
  }

  private static ModelException notOnnx(Path path, String found, @Nullable Throwable cause) {
    ModelException.Builder message =
        ModelException.doing("reading " + path).expected("an ONNX model").found(found);
    String advice = "The file is truncated, damaged or not ONNX; export or download it again.";
    return cause == null ? message.fix(advice) : message.fix(advice, cause);
  }

  private static ModelException unreadable(Path path, Exception e) {
    Throwable cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
    return ModelException.doing("reading " + path)
        .expected("a readable file")
        .found(
            cause instanceof AccessDeniedException
                ? "one this user may not read"
                : String.valueOf(cause.getMessage()))
        .fix("Check the path and its permissions.", e);
  }
}
