package dev.tailgate.onnx.role;

import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Which taps make a headline number. The first three follow the hooks of published code. */
@SuppressWarnings("ImmutableEnumChecker")
public enum TapPreset {
  /** Each feed-forward output and each block's output norm: 2L tensors. */
  BERT(EnumSet.of(TapRole.FFN_OUT, TapRole.FFN_LAYERNORM_OUT)),
  /**
   * The final norm and, for each block, its output, both norms, feed-forward output and attention
   * output: 5L + 1 tensors.
   */
  OPT(
      EnumSet.of(
          TapRole.FINAL_LAYERNORM_OUT,
          TapRole.BLOCK_OUT,
          TapRole.FFN_OUT,
          TapRole.FFN_LAYERNORM_OUT,
          TapRole.ATTN_OUT,
          TapRole.ATTN_LAYERNORM_OUT)),
  /**
   * Outputs of all modules but the attention's own: everything with a role but scores and
   * probabilities.
   */
  VIT(EnumSet.complementOf(EnumSet.of(TapRole.ATTN_SCORES, TapRole.ATTN_PROBS, TapRole.OTHER))),
  /** Block outputs. */
  BLOCKS(EnumSet.of(TapRole.BLOCK_OUT)),
  /** Every activation. */
  ALL(EnumSet.allOf(TapRole.class));

  private final Set<TapRole> roles;

  TapPreset(Set<TapRole> roles) {
    this.roles = roles;
  }

  /** The name on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The preset called {@code name}. */
  public static TapPreset parse(String name) {
    for (TapPreset preset : values()) {
      if (preset.label().equals(name.toLowerCase(Locale.ROOT))) {
        return preset;
      }
    }
    throw ModelException.doing("choosing taps")
        .expected("one of " + labels())
        .found(name)
        .fix("Give --taps one of these names.");
  }

  private static String labels() {
    return Arrays.stream(values()).map(TapPreset::label).collect(Collectors.joining(", "));
  }

  /** The preset that fits a model: by its input, then by the place of its norms. */
  public static TapPreset auto(OnnxModel model, TapMap taps) {
    boolean image =
        model.graph().inputs().stream().anyMatch(i -> i.type().isFloat() && i.rank() == 4);
    boolean blocks = !taps.withRole(TapRole.FFN_OUT).isEmpty();
    if (blocks && image) {
      return VIT;
    }
    if (blocks && taps.style() == NormStyle.POST_LN) {
      return BERT;
    }
    return blocks && taps.style() == NormStyle.PRE_LN ? OPT : BLOCKS;
  }

  /** The taps of this preset, in graph order, at least one. */
  public List<Tap> select(TapMap taps) {
    List<Tap> chosen =
        taps.taps().stream().filter(t -> t.roles().stream().anyMatch(roles::contains)).toList();
    if (chosen.isEmpty()) {
      throw ModelException.doing("choosing taps")
          .expected("tensors for preset " + label())
          .found("none among " + taps.taps().size() + " activations")
          .fix("Use --taps all.");
    }
    return chosen;
  }

  /**
   * Whether a row of {@code tap} is a token rather than a sequence: the published OPT code hooks
   * these two where the layer has flattened batch and sequence into one axis.
   */
  public boolean rowIsToken(Tap tap) {
    return this == OPT && (tap.is(TapRole.FFN_OUT) || tap.is(TapRole.FFN_LAYERNORM_OUT));
  }
}
