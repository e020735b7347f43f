package dev.tailgate.onnx.method;

import dev.tailgate.onnx.rewrite.GateKind;
import java.util.Arrays;
import java.util.List;

/** The parameters of all methods. */
public final class MethodParameters {
  private static final String CLIPPED = "clipped methods";
  private static final String SINK_METHODS = "methods with a sink";
  private static final String RELATIVES = "outeffhop and its relatives";
  private static final String GATED = "gated methods";

  /** Lower end of the stretch. */
  public static final MethodParameter GAMMA =
      real("gamma", "G", CLIPPED, "lower end of the stretch, at most 0. Default: -0.025.");

  /** Upper end of the stretch. */
  public static final MethodParameter ZETA =
      real("zeta", "Z", CLIPPED, "upper end of the stretch, at least 1. Default: 1.");

  /** Stretch by the number of keys. */
  public static final MethodParameter ALPHA =
      real(
          "alpha",
          "A",
          CLIPPED,
          "gamma = -A / T, with T the number of keys of each run, and zeta = 1.");

  /** What softmax_n adds. */
  public static final MethodParameter N =
      real("n", "N", "softmax_n", "what is added to the sum of exponentials, above 0.");

  /** Trained sinks. */
  public static final MethodParameter SINK =
      new MethodParameter(
          "sink",
          "FILE",
          new MethodParameter.File(),
          RELATIVES,
          false,
          "Methods with a sink: trained sink logits in the place of 0. An .npy array [sites, heads],"
              + " or an .npz with one array [heads] for each site, named by its number.");

  /** Fitted sinks. */
  public static final MethodParameter CALIBRATED_SHIFT =
      new MethodParameter(
          "calibrated-shift",
          "MASS",
          new MethodParameter.RealOr(0.01),
          RELATIVES,
          false,
          "Methods with a sink: shift the logits of each head by a constant fitted on the"
              + " calibration data, so that on average MASS of the attention goes to the sink."
              + " Default MASS: 0.01.");

  /** Steps of retrieval. */
  public static final MethodParameter UPDATE_STEPS =
      new MethodParameter(
          "update-steps",
          "N",
          new MethodParameter.Count(),
          SINK_METHODS,
          true,
          "Methods with a sink: steps of memory retrieval before values are read. Default: 1.");

  /** Inverse temperature. */
  public static final MethodParameter BETA =
      real("beta", "B", SINK_METHODS, "inverse temperature in the place of the model's scale.");

  /** Kind of gate. */
  public static final MethodParameter GATE =
      new MethodParameter(
          "gate",
          "KIND",
          new MethodParameter.Word(Arrays.stream(GateKind.values()).map(GateKind::label).toList()),
          GATED,
          true,
          "Gated methods: ${COMPLETION-CANDIDATES}. Default: linear.");

  /** The gate before training. */
  public static final MethodParameter GATE_INIT =
      real("gate-init", "P", GATED, "the gate before training, in (0, 1). Default: 0.5.");

  /** Width of an MLP. */
  public static final MethodParameter GATE_HIDDEN =
      new MethodParameter(
          "gate-hidden",
          "N",
          new MethodParameter.Count(),
          GATED,
          true,
          "Gate mlp: width of the hidden layer. Default: 4.");

  /** Trained gates. */
  public static final MethodParameter GATE_WEIGHTS =
      new MethodParameter(
          "gate-weights",
          "FILE",
          new MethodParameter.File(),
          GATED,
          false,
          "Gated methods: trained gates in an .npz; docs/rewriting.md has the names.");

  /** Whether untrained gates change nothing. */
  public static final MethodParameter GATE_IDENTITY =
      new MethodParameter(
          "gate-identity",
          "",
          new MethodParameter.Switch(),
          GATED,
          false,
          "Gated methods: multiply the gate by 1/P, so that an untrained gate changes nothing."
              + " Default: yes without --gate-weights, no with them.");

  /** Number of heads. */
  public static final MethodParameter HEADS =
      new MethodParameter(
          "heads",
          "H",
          new MethodParameter.Count(),
          "",
          true,
          "Number of heads, where the graph does not tell.");

  /** Of clipped methods. */
  static final List<MethodParameter> OF_CLIPPING = List.of(GAMMA, ZETA, ALPHA);

  /** Of repeated retrieval. */
  static final List<MethodParameter> OF_RETRIEVAL = List.of(UPDATE_STEPS, BETA);

  /** Of a sink that can be trained or fitted. */
  static final List<MethodParameter> OF_SINKS = List.of(SINK, CALIBRATED_SHIFT, UPDATE_STEPS, BETA);

  /** Of gated methods. */
  static final List<MethodParameter> OF_GATES =
      List.of(GATE, GATE_INIT, GATE_HIDDEN, GATE_WEIGHTS, GATE_IDENTITY);

  /** All, in the order of help. */
  public static final List<MethodParameter> ALL =
      List.of(
          GAMMA,
          ZETA,
          ALPHA,
          N,
          SINK,
          CALIBRATED_SHIFT,
          UPDATE_STEPS,
          BETA,
          GATE,
          GATE_INIT,
          GATE_HIDDEN,
          GATE_WEIGHTS,
          GATE_IDENTITY,
          HEADS);

  private MethodParameters() {}

  private static MethodParameter real(String name, String of, String methods, String help) {
    String subject = Character.toUpperCase(methods.charAt(0)) + methods.substring(1);
    return new MethodParameter(
        name,
        of,
        new MethodParameter.Real(),
        methods,
        true,
        (methods.contains("_") ? methods : subject) + ": " + help);
  }
}
