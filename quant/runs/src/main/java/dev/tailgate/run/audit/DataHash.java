package dev.tailgate.run.audit;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Tensor;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Identity of what was evaluated: the sum modulo 2^256 of the SHA-256 of every sample, which is
 * made of its place and of names, types, shapes and elements of its inputs and label without
 * padding. Two runs with the same hash saw the same samples in the same order, however they were
 * batched, so their scores may be paired sample by sample. A name of a file would not say so.
 */
final class DataHash {
  private static final BigInteger SIZE = BigInteger.ONE.shiftLeft(256);

  private BigInteger sum = BigInteger.ZERO;

  void accept(Batch batch) {
    Map<String, Tensor> tensors = new TreeMap<>(batch.inputs());
    batch.labels().ifPresent(labels -> tensors.put("labels", labels));
    boolean[][] real = real(batch);
    for (int row = 0; row < batch.samples(); row++) {
      MessageDigest digest = sha256();
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, batch.place(row)));
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        add(digest, entry.getKey(), entry.getValue(), batch, row, real);
      }
      sum = sum.add(new BigInteger(1, digest.digest())).mod(SIZE);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("hashing data", e);
    }
  }

  /** Which tokens of each sample are no padding; nothing where there is none. */
  private static boolean[][] real(Batch batch) {
    if (batch.mask().isEmpty()) {
      return new boolean[0][];
    }
    long[] mask = batch.mask().get().toLongs();
    int width = Math.toIntExact(batch.mask().get().dim(-1));
    boolean[][] real = new boolean[batch.samples()][width];
    for (int row = 0; row < real.length; row++) {
      for (int t = 0; t < width; t++) {
        real[row][t] = mask[row * width + t] != 0;
      }
    }
    return real;
  }

  /** Adds the row of a tensor; what is the same for all samples belongs to each of them. */
  private static void add(
      MessageDigest digest, String name, Tensor tensor, Batch batch, int row, boolean[][] real) {
    long[] shape = tensor.shape();
    boolean isLabel = name.equals("labels") && batch.labels().isPresent();
    boolean isBySample = shape.length > 0 && shape[0] == (isLabel ? batch.samples() : batch.rows());
    if (!isBySample) {
      // Its length may be that of the batch, and its values follow from the signature.
      if (real.length == 0) {
        head(digest, name, tensor, shape);
        digest.update(tensor.data().duplicate());
      }
      return;
    }
    long[] own = Arrays.copyOfRange(shape, 1, shape.length);
    int bytes = tensor.data().remaining() / Math.toIntExact(shape[0]);
    ByteBuffer data = tensor.data().slice(row * bytes, bytes);
    if (real.length == 0 || own.length == 0 || own[0] != real[row].length) {
      head(digest, name, tensor, own);
      digest.update(data);
      return;
    }
    int width = bytes / real[row].length;
    int kept = 0;
    for (boolean token : real[row]) {
      kept += token ? 1 : 0;
    }
    own[0] = kept;
    head(digest, name, tensor, own);
    for (int t = 0; t < real[row].length; t++) {
      if (real[row][t]) {
        digest.update(data.slice(t * width, width));
      }
    }
  }

  private static void head(MessageDigest digest, String name, Tensor tensor, long[] shape) {
    String head = name + "\n" + tensor.type() + Arrays.toString(shape) + "\n";
    digest.update(head.getBytes(StandardCharsets.UTF_8));
  }

  /** The hash as 64 hex digits. */
  String hex() {
    return String.format(Locale.ROOT, "%064x", sum);
  }
}
