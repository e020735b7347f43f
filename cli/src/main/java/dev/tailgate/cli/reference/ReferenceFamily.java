package dev.tailgate.cli.reference;

import dev.tailgate.file.CacheFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The families of models that come with Tailgate: one architecture, data set and recipe each,
 * trained with six attention methods and a few seeds.
 */
public enum ReferenceFamily {
  /** Post-LayerNorm encoders that predict masked tokens. */
  BERT("bert", 3),
  /** Pre-LayerNorm decoders that predict the next token. */
  OPT("opt", 3),
  /** Vision transformers that name a shape. */
  VIT("vit", 3),
  /** STanHop-Net forecasters. */
  STANHOP("stanhop", 3);

  /** The methods in the order of the papers' tables. */
  public static final List<String> METHODS =
      List.of(
          "vanilla",
          "outeffhop",
          "clipped_softmax",
          "clipped_outeffhop",
          "gated_attention",
          "gated_outeffhop");

  private final String taps;
  private final int seeds;

  ReferenceFamily(String taps, int seeds) {
    this.taps = taps;
    this.seeds = seeds;
  }

  /**
   * Files of a family.
   *
   * @param heldOut samples no model was trained on
   * @param calibration further samples, for activation ranges
   */
  public record Unpacked(Path folder, Path heldOut, Path calibration) {
    /** One model. */
    public Path model(String method, int seed) {
      return folder.resolve(file(method, seed));
    }
  }

  /** The name on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The tap preset of the papers for it. */
  public String taps() {
    return taps;
  }

  /** The seeds each method was trained with. */
  public List<Integer> seeds() {
    return IntStream.rangeClosed(1, seeds).boxed().toList();
  }

  /** The family of that name. */
  public static Optional<ReferenceFamily> byLabel(String label) {
    return Arrays.stream(values()).filter(f -> f.label().equals(label)).findFirst();
  }

  /** Unpacks into the user's cache, or below {@code fallback} where that cannot be written. */
  public Unpacked unpack(Path fallback) {
    List<String> files = new ArrayList<>(List.of("heldout.npz", "calibration.npz"));
    METHODS.forEach(method -> seeds().forEach(seed -> files.add(file(method, seed))));
    Path folder = BuiltInFiles.unpack(label(), files, CacheFolder.path(), fallback);
    return new Unpacked(folder, folder.resolve("heldout.npz"), folder.resolve("calibration.npz"));
  }

  private static String file(String method, int seed) {
    return method + "-" + seed + ".onnx";
  }
}
