package dev.tailgate.run.audit;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * SHA-256 of what was evaluated: names, shapes and elements of inputs and labels, batch after
 * batch. Two runs with the same hash saw the same samples in the same batches, so their scores may
 * be paired sample by sample. A name of a file would not say so.
 */
final class DataHash {
  private final MessageDigest digest;

  DataHash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("hashing data", e);
    }
  }

  void accept(Batch batch) {
    for (Map.Entry<String, Tensor> input : new TreeMap<>(batch.inputs()).entrySet()) {
      add(input.getKey(), input.getValue());
    }
    batch.labels().ifPresent(labels -> add("labels", labels));
  }

  private void add(String name, Tensor tensor) {
    String head = name + "\n" + tensor.type() + Arrays.toString(tensor.shape()) + "\n";
    digest.update(head.getBytes(StandardCharsets.UTF_8));
    digest.update(tensor.data().duplicate());
  }

  /** The hash as 64 hex digits; it can be asked for once. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
