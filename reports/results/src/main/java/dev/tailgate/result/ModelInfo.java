package dev.tailgate.result;

import java.util.Optional;

/**
 * The audited model file.
 *
 * @param path the file as the user named it
 * @param sha256 hash of the model file, 64 lower-case hex digits; external data is not part of it
 * @param opset version of the default ONNX operator set
 * @param irVersion ONNX IR version of the file
 * @param producer exporter name and version as the file states them; may be empty
 * @param parameters number of elements in all initialisers
 * @param family what kind of transformer was recognised, for example {@code bert}, or {@code
 *     unknown}
 * @param sizeBytes bytes of the model file together with its external data
 * @param externalData whether weights lie outside the model file
 * @param rewrittenTo the method that a rewrite gave the attentions after training, as the file
 *     says; empty for a model as it was trained
 * @param cured how the model was trained with that method after the rewrite, such as {@code
 *     outeffhop, 500 steps}, as the file says; empty where it was not, and in files of earlier
 *     versions
 * @param quantization how the file is quantized already; empty for a float model, and in files of
 *     earlier versions
 */
public record ModelInfo(
    String path,
    String sha256,
    long opset,
    long irVersion,
    String producer,
    long parameters,
    String family,
    long sizeBytes,
    boolean externalData,
    Optional<String> rewrittenTo,
    Optional<String> cured,
    Optional<StoredQuantization> quantization) {
  /** Refuses what cannot be. */
  public ModelInfo {
    Require.text("model.path", path);
    Require.text("model.sha256", sha256);
    Require.notNegative("model.opset", opset);
    Require.notNegative("model.ir_version", irVersion);
    Require.notNegative("model.parameters", parameters);
    Require.text("model.family", family);
    Require.notNegative("model.size_bytes", sizeBytes);
  }

  /** The same model at another place. */
  public ModelInfo at(String moved) {
    return new ModelInfo(
        moved,
        sha256,
        opset,
        irVersion,
        producer,
        parameters,
        family,
        sizeBytes,
        externalData,
        rewrittenTo,
        cured,
        quantization);
  }

  /** The last part of {@link #path()}, under either separator, for titles and legends. */
  public String fileName() {
    int cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
    String name = path.substring(cut + 1);
    return name.isBlank() ? path : name;
  }
}
