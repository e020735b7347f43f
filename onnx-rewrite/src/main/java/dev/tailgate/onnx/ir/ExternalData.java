package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.StringStringEntryProto;
import dev.tailgate.onnx.proto.TensorProto;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Resolves and writes the references of tensors whose elements lie in another file. */
final class ExternalData {
  private ExternalData() {}

  static boolean isExternal(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
  }

  /** The tensor with its elements as a slice of the data file it names. */
  static ConstantTensor resolve(TensorProto tensor, ExternalFiles files) {
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    String where = files.model() + ", tensor " + Printable.of(tensor.getName());
    if (ElementType.ofCode(tensor.getDataType()) == ElementType.STRING) {
      throw ModelException.doing("reading external data")
          .expected("numbers")
          .found("a tensor of strings")
          .where(where)
          .fix("ONNX keeps strings inside the model file; export the model again.");
    }
    ExternalFiles.Located at = files.locate(entries.getOrDefault("location", ""), where);
    long size = at.stamp().size();
    long offset = number(entries.get("offset"), 0, where);
    TensorProto header =
        TensorDecoder.header(tensor).toBuilder().clearExternalData().clearDataLocation().build();
    long rest = Math.max(0, size - offset);
    long length = number(entries.get("length"), -1, where);
    if (length < 0) {
      ConstantTensor unread =
          new ConstantTensor(header, new TensorData.Slice(at.file(), 0, 0, at.stamp()));
      long expected = TensorDecoder.expectedBytes(unread, where);
      length = unread.type() == ElementType.UNDEFINED ? rest : expected;
    }
    if (offset > size || length > rest) {
      throw ModelException.doing("reading external data")
          .expected("bytes [" + offset + ", +" + length + ") inside " + at.file().getFileName())
          .found("a file of " + size + " bytes")
          .where(where)
          .fix("The data file is truncated or belongs to another model; copy it again.");
    }
    ConstantTensor resolved =
        new ConstantTensor(header, new TensorData.Slice(at.file(), offset, length, at.stamp()));
    TensorDecoder.checkSize(resolved, where);
    return resolved;
  }

  /** The folder a file lies in, absolute and without {@code ..}. */
  static Path folderOf(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    return Objects.requireNonNullElse(absolute.getParent(), absolute);
  }

  private static long number(@Nullable String text, long otherwise, String where) {
    if (text == null) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text.strip());
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Falls through to the one refusal below.
    }
    throw ModelException.doing("reading external data")
        .expected("a byte position of 0 or more")
        .found("'" + text + "'")
        .where(where)
        .fix("The file is damaged or hostile; export the model again.");
  }

  /** A header that points at {@code length} bytes of the file named {@code location}. */
  static TensorProto reference(TensorProto header, String location, long offset, long length) {
    return header.toBuilder()
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .clearExternalData()
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", Long.toString(offset)))
        .addExternalData(entry("length", Long.toString(length)))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
