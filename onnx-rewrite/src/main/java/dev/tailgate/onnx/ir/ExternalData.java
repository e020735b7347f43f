package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.StringStringEntryProto;
import dev.tailgate.onnx.proto.TensorProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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

  /**
   * Resolves the reference of {@code tensor} against the folder of the model. A model is untrusted
   * input: a location may not be absolute, leave the folder, or reach outside it through a link.
   */
  static ConstantTensor resolve(TensorProto tensor, Path model) {
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    String where = Printable.of(model + ", tensor " + tensor.getName());
    Path file = locate(entries.getOrDefault("location", ""), model, where);
    long size = sizeOf(file);
    long offset = number(entries.get("offset"), 0, where);
    TensorProto header =
        TensorDecoder.header(tensor).toBuilder().clearExternalData().clearDataLocation().build();
    long stated = number(entries.get("length"), -1, where);
    long length = stated >= 0 ? stated : size - offset;
    if (offset > size || length < 0 || length > size - offset) {
      throw ModelException.doing("reading external data")
          .expected("bytes [" + offset + ", +" + length + ") inside " + file.getFileName())
          .found("a file of " + size + " bytes")
          .where(where)
          .fix("The data file is truncated or belongs to another model; copy it again.");
    }
    ConstantTensor resolved =
        new ConstantTensor(header, new TensorData.Slice(file, offset, length));
    if (stated < 0) {
      long expected = expectedBytes(resolved, where);
      if (expected <= length) {
        resolved = new ConstantTensor(header, new TensorData.Slice(file, offset, expected));
      }
    }
    TensorDecoder.checkSize(resolved, where);
    return resolved;
  }

  private static long expectedBytes(ConstantTensor tensor, String where) {
    try {
      return tensor.expectedBytes();
    } catch (ArithmeticException e) {
      throw ModelException.doing("reading a tensor")
          .expected("dimensions whose product fits 63 bits")
          .found(tensor.dims().toString())
          .where(where)
          .fix("The file is damaged or hostile; export the model again.", e);
    }
  }

  private static Path locate(String location, Path model, String where) {
    Path folder = folderOf(model);
    Path file;
    try {
      file = folder.resolve(location).normalize();
    } catch (InvalidPathException e) {
      throw outside(location, where);
    }
    if (location.isBlank() || Path.of(location).isAbsolute() || !file.startsWith(folder)) {
      throw outside(location, where);
    }
    if (!Files.isRegularFile(file)) {
      throw ModelException.doing("reading external data")
          .expected("a file " + Printable.of(location) + " beside the model")
          .found("none")
          .where(where)
          .fix("Copy the data file into the folder of the model, under the same name.");
    }
    try {
      if (!file.toRealPath().startsWith(folder.toRealPath())) {
        throw outside(location, where);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Resolving " + file, e);
    }
    return file;
  }

  /** The folder a file lies in, absolute and without {@code ..}. */
  static Path folderOf(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    return Objects.requireNonNullElse(absolute.getParent(), absolute);
  }

  private static ModelException outside(String location, String where) {
    return ModelException.doing("reading external data")
        .expected("a location inside the model's folder")
        .found("'" + location + "'")
        .where(where)
        .fix("Refused, since a model must not read other files; move the data beside the model.");
  }

  private static long sizeOf(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Reading the size of " + file, e);
    }
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
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", Long.toString(offset)))
        .addExternalData(entry("length", Long.toString(length)))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
