package dev.tailgate.onnx.ir;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tailgate.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files that hold a single {@code TensorProto}, as the folders of ONNX test data do. */
public final class TensorFile {
  /** Largest file that is read: a test tensor lies in memory as a whole. */
  private static final long LARGEST = 1L << 30;

  private TensorFile() {}

  /**
   * The tensor of {@code path}, elements in memory.
   *
   * @throws ModelException for a file that is missing, empty, too large or no sound tensor
   */
  public static ConstantTensor read(Path path) {
    String doing = "reading tensor " + path.getFileName();
    try {
      long size = Files.isRegularFile(path) ? Files.size(path) : -1;
      if (size <= 0 || size > LARGEST) {
        throw ModelException.doing(doing)
            .expected("a file of 1 byte to 1 GiB")
            .found(size < 0 ? "no file" : size + " bytes")
            .where(path.toString())
            .fix("Check the path, or write the tensor again.");
      }
      TensorProto proto = TensorProto.parseFrom(Files.readAllBytes(path));
      if (ExternalData.isExternal(proto)) {
        throw ModelException.doing(doing)
            .expected("a tensor that holds its elements")
            .found("a reference to another file")
            .where(path.toString())
            .fix("Write the tensor with its elements.");
      }
      return TensorDecoder.fromProto(proto, path.toString());
    } catch (InvalidProtocolBufferException e) {
      throw ModelException.doing(doing)
          .expected("a TensorProto message")
          .found("other bytes")
          .where(path.toString())
          .fix("Check that the file was written by ONNX tools and copied completely.", e);
    } catch (IOException e) {
      throw ModelException.doing(doing)
          .expected("a readable file")
          .found(String.valueOf(e.getMessage()))
          .where(path.toString())
          .fix("Check the path and its permissions.", e);
    }
  }
}
