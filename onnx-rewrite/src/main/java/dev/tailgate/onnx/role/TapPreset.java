package dev.tailgate.onnx.role;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which taps make a headline number. The first four follow the hooks of published code. */
@SuppressWarnings("ImmutableEnumChecker")
public enum TapPreset {
  /** Each feed-forward output and each block's output norm: 2L tensors. */
  BERT,
  /**
   * The final norm and, for each block, its output, both norms, feed-forward output and attention
   * output: 5L + 1 tensors.
   */
  OPT,
  /**
   * The outputs of all modules but the attention's scores and probabilities, as far as a graph
   * shows modules: projections, activations, norms, residual sums and logits.
   */
  VIT,
  /**
   * The outputs of all modules, probabilities among them: the published STanHop code hooks every
   * module that returns a tensor. Of a graph these are projections, activations, norms, softmaxes,
   * contexts and block outputs. Different from the hooks are that
   *
   * <ul>
   *   <li>a tensor counts once, where a module and the last module inside it return the same one;
   *   <li>what is the same for every input is left out: keys and values of a learned memory, and a
   *       decoder that starts from learned positions until it meets the encoder;
   *   <li>so are the output of the whole model, a sum of predictions, and activations and sums
   *       outside any recognised block;
   *   <li>a block ends after each feed-forward, and so inside a module where that holds two; its
   *       output is measured as the sum lies there, before the module turns the axes back.
   * </ul>
   *
   * A row is an entry of the first axis whatever that is: sequences times variables where attention
   * is over time, sequences times segments where it is over variables.
   */
  STANHOP,
  /** Block outputs; without blocks the residual sums, without those every linear output. */
  BLOCKS,
  /** Every activation. */
  ALL;

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
        .expected("one of " + labels(Arrays.asList(values())))
        .found(name)
        .fix("Give --taps one of these names.");
  }

  /**
   * The preset that fits a model: by its input, then by how its attentions make their values, then
   * by the place of its norms.
   *
   * @param flow of its main graph
   */
  public static TapPreset auto(Dataflow flow, TapMap taps) {
    if (taps.withRole(TapRole.FFN_OUT).isEmpty()) {
      return BLOCKS;
    }
    // Cached keys and values are of rank four too, but come with token ids.
    List<ValueInfo> inputs = flow.graph().inputs();
    boolean image =
        inputs.stream().allMatch(i -> i.type().isFloat())
            && inputs.stream().anyMatch(i -> i.rank() == 4);
    if (image) {
      return VIT;
    }
    if (inputs.stream().allMatch(i -> i.type().isFloat())
        && Associations.makeValuesFromKeys(flow, taps)) {
      return STANHOP;
    }
    return switch (taps.style()) {
      case POST_LN -> taps.withRole(TapRole.FFN_LAYERNORM_OUT).isEmpty() ? BLOCKS : BERT;
      case PRE_LN -> OPT;
      case MIXED, UNKNOWN -> BLOCKS;
    };
  }

  /** Whether the model reads pictures: float input of rank 4, no token ids beside it. */
  public static boolean readsImages(OnnxModel model) {
    List<ValueInfo> inputs = model.graph().inputs();
    return inputs.stream().anyMatch(i -> i.type().isFloat() && i.rank() == 4)
        && inputs.stream().allMatch(i -> i.type().isFloat());
  }

  /** Whether the model has any tap of this preset. */
  public boolean matches(TapMap taps) {
    return !chosen(taps).isEmpty();
  }

  /**
   * The taps of this preset, in graph order, at least one.
   *
   * @throws ModelException when the model has none of them
   */
  public List<Tap> select(TapMap taps) {
    List<Tap> chosen = chosen(taps);
    if (chosen.isEmpty()) {
      List<TapPreset> others =
          Arrays.stream(values()).filter(p -> !p.chosen(taps).isEmpty()).toList();
      throw ModelException.doing("choosing taps")
          .expected("activations of preset " + label())
          .found(found(taps))
          .fix(
              others.isEmpty()
                  ? "The main graph has no float activation; give a model that computes some."
                  : "Use --taps " + labels(others) + ".");
    }
    return chosen;
  }

  private static String found(TapMap taps) {
    String named =
        taps.taps().stream()
            .map(tap -> tap.role().label())
            .distinct()
            .collect(Collectors.joining(", "));
    return taps.taps().size() + " activations" + (named.isEmpty() ? "" : " with roles " + named);
  }

  private static String labels(List<TapPreset> presets) {
    return presets.stream().map(TapPreset::label).collect(Collectors.joining(", "));
  }

  private List<Tap> chosen(TapMap taps) {
    if (this != BLOCKS) {
      return taps.taps().stream().filter(tap -> tap.roles().stream().anyMatch(this::has)).toList();
    }
    return Arrays.asList(TapRole.BLOCK_OUT, TapRole.RESIDUAL_SUM, TapRole.LINEAR_OUT).stream()
        .map(taps::withRole)
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  private boolean has(TapRole role) {
    return switch (this) {
      case BERT -> role == TapRole.FFN_OUT || role == TapRole.FFN_LAYERNORM_OUT;
      case OPT ->
          role == TapRole.FINAL_LAYERNORM_OUT
              || role == TapRole.BLOCK_OUT
              || role == TapRole.FFN_OUT
              || role == TapRole.FFN_LAYERNORM_OUT
              || role == TapRole.ATTN_OUT
              || role == TapRole.ATTN_LAYERNORM_OUT;
      case VIT ->
          role != TapRole.ATTN_SCORES && role != TapRole.ATTN_PROBS && role != TapRole.OTHER;
      case STANHOP ->
          role != TapRole.ATTN_SCORES
              && role != TapRole.ATTN_RESIDUAL
              && role != TapRole.FFN_RESIDUAL
              && role != TapRole.RESIDUAL_SUM
              && role != TapRole.EMBEDDING_SUM
              && role != TapRole.OTHER;
      case BLOCKS -> role == TapRole.BLOCK_OUT;
      case ALL -> true;
    };
  }

  /**
   * Whether a row of {@code tap} is a token rather than a sequence: the published OPT code hooks
   * these two where the layer has flattened batch and sequence into one axis.
   */
  public boolean rowIsToken(Tap tap) {
    return this == OPT && (tap.is(TapRole.FFN_OUT) || tap.is(TapRole.FFN_LAYERNORM_OUT));
  }
}
