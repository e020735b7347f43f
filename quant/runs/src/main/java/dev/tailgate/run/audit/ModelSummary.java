package dev.tailgate.run.audit;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.TensorData;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.onnx.role.TapPreset;
import dev.tailgate.quant.plan.QuantizationRecords;
import dev.tailgate.result.ModelInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a result says about the model file. */
final class ModelSummary {
  private ModelSummary() {}

  static ModelInfo of(AuditedModel audited, Path path) {
    OnnxModel model = audited.file();
    Set<Path> files = new TreeSet<>();
    long parameters = 0;
    for (ConstantTensor tensor : model.graph().initializers().values()) {
      if (isParameter(tensor)) {
        parameters += tensor.elementCount();
      }
      if (tensor.data() instanceof TensorData.Slice slice) {
        files.add(slice.file().toAbsolutePath().normalize());
      }
    }
    files.remove(path.toAbsolutePath().normalize());
    return new ModelInfo(
        path.toString(),
        sha256(path, files),
        model.opset(),
        model.irVersion(),
        model.producer(),
        parameters,
        family(model, audited.map().taps()),
        size(path, files),
        !files.isEmpty(),
        stated(model, AttentionRewriter.METHOD),
        stated(model, AttentionRewriter.CURE),
        QuantizationRecords.stored(audited.stored()));
  }

  private static Optional<String> stated(OnnxModel model, String key) {
    return Optional.ofNullable(model.metadata().get(key)).filter(words -> !words.isBlank());
  }

  /** Floats, and the codes of quantized weights; indices and shapes are wider. */
  private static boolean isParameter(ConstantTensor tensor) {
    ElementType type = tensor.type();
    return type.isFloat()
        || (type.bits() > 0
            && type.bits() <= 8
            && type != ElementType.BOOL
            && tensor.dims().size() > 1);
  }

  private static String family(OnnxModel model, TapMap taps) {
    if (taps.layers() == 0) {
      return "no attention block found";
    }
    boolean image = TapPreset.readsImages(model);
    String norm =
        switch (taps.style()) {
          case PRE_LN -> "pre-norm";
          case POST_LN -> "post-norm";
          case MIXED -> "mixed-norm";
          case UNKNOWN -> "unusual norm placement,";
        };
    return norm + (image ? " vision transformer, " : " transformer, ") + taps.layers() + " layers";
  }

  private static long size(Path path, Set<Path> files) {
    try {
      long total = Files.size(path);
      for (Path file : files) {
        total += Files.size(file);
      }
      return total;
    } catch (IOException e) {
      throw new UncheckedIOException("Reading the size of " + path, e);
    }
  }

  /** Of the model file, followed by the external data files in the order of their paths. */
  private static String sha256(Path path, Set<Path> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      update(digest, path, buffer);
      for (Path file : files) {
        update(digest, file, buffer);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    } catch (IOException e) {
      throw new UncheckedIOException("Hashing " + path, e);
    }
  }

  private static void update(MessageDigest digest, Path file, byte[] buffer) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
  }
}
