package dev.tailgate.cli.command;

import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.rewrite.Clipping;
import dev.tailgate.onnx.rewrite.GateKind;
import dev.tailgate.onnx.rewrite.GateSpec;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.Retrieval;
import dev.tailgate.onnx.rewrite.Sink;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Option;

/** A method and its parameters. What does not go together is refused before a model is read. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class MethodOptions {
  private static final double PAPER_GAMMA = -0.025;
  private static final double DEFAULT_INIT = 0.5;
  private static final int DEFAULT_HIDDEN = 4;

  @Option(
      names = "--method",
      required = true,
      paramLabel = "M",
      converter = Choice.Methods.class,
      completionCandidates = Choice.Methods.class,
      description = {
        "What attention becomes: ${COMPLETION-CANDIDATES}. vanilla takes back what rewrites recorded"
            + " in the model."
      })
  private String method;

  @Option(
      names = "--gamma",
      paramLabel = "G",
      description = "Clipped methods: lower end of the stretch, at most 0. Default: -0.025.")
  private Optional<Double> gamma;

  @Option(
      names = "--zeta",
      paramLabel = "Z",
      description = "Clipped methods: upper end of the stretch, at least 1. Default: 1.")
  private Optional<Double> zeta;

  @Option(
      names = "--alpha",
      paramLabel = "A",
      description = {
        "Clipped methods: gamma = -A / T, with T the number of keys of each run, and zeta = 1."
      })
  private Optional<Double> alpha;

  @Option(
      names = "--n",
      paramLabel = "N",
      description = "softmax_n: what is added to the sum of exponentials, above 0.")
  private Optional<Double> n;

  @Option(
      names = "--sink",
      paramLabel = "FILE",
      description = {
        "Methods with a sink: trained sink logits in the place of 0. An .npy array [sites, heads], or"
            + " an .npz with one array [heads] for each site, named by its number."
      })
  private Optional<Path> sink;

  @Option(
      names = "--calibrated-shift",
      paramLabel = "MASS",
      arity = "0..1",
      fallbackValue = "0.01",
      description = {
        "Methods with a sink: shift the logits of each head by a constant fitted on the calibration"
            + " data, so that on average MASS of the attention goes to the sink. Default MASS: 0.01."
      })
  private Optional<Double> shift;

  @Option(
      names = "--update-steps",
      paramLabel = "N",
      defaultValue = "1",
      converter = Bounded.Count.class,
      description = {
        "Methods with a sink: steps of memory retrieval before values are read. Default: 1."
      })
  private int steps;

  @Option(
      names = "--beta",
      paramLabel = "B",
      description = "Methods with a sink: inverse temperature in the place of the model's scale.")
  private Optional<Double> beta;

  @Option(
      names = "--gate",
      paramLabel = "KIND",
      converter = Choice.Gates.class,
      completionCandidates = Choice.Gates.class,
      description = "Gated methods: ${COMPLETION-CANDIDATES}. Default: linear.")
  private Optional<String> gate;

  @Option(
      names = "--gate-init",
      paramLabel = "P",
      description = "Gated methods: the gate before training, in (0, 1). Default: 0.5.")
  private Optional<Double> gateInit;

  @Option(
      names = "--gate-hidden",
      paramLabel = "N",
      converter = Bounded.Count.class,
      description = "Gate mlp: width of the hidden layer. Default: 4.")
  private Optional<Integer> gateHidden;

  @Option(
      names = "--gate-weights",
      paramLabel = "FILE",
      description = "Gated methods: trained gates in an .npz; docs/rewriting.md has the names.")
  private Optional<Path> gateWeights;

  @Option(
      names = "--gate-identity",
      negatable = true,
      description = {
        "Gated methods: multiply the gate by 1/P, so that an untrained gate changes nothing. Default:"
            + " yes without --gate-weights, no with them."
      })
  private Optional<Boolean> gateIdentity;

  @Option(
      names = "--heads",
      paramLabel = "H",
      converter = Bounded.Count.class,
      description = "Number of heads, where the graph does not tell.")
  private Optional<Integer> heads;

  /** The method asked for. */
  Method method() {
    return Method.valueOf(method.toUpperCase(Locale.ROOT));
  }

  Optional<Path> sinkFile() {
    return sink;
  }

  Optional<Path> gateWeightsFile() {
    return gateWeights;
  }

  Optional<Integer> heads() {
    return heads;
  }

  /** The mass that calibrated shifts leave to the sink, where they are asked for. */
  OptionalDouble shift() {
    return shift.map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }

  /**
   * The method with what the command line says; sinks and gates from files come later.
   *
   * @throws IllegalArgumentException for options that do not go together or are out of bounds
   */
  MethodSpec spec(long seed) {
    Method chosen = method();
    List<Given> clipping =
        List.of(
            new Given("--gamma", gamma), new Given("--zeta", zeta), new Given("--alpha", alpha));
    List<Given> sinks = List.of(new Given("--sink", sink), new Given("--calibrated-shift", shift));
    List<Given> gates =
        List.of(
            new Given("--gate", gate),
            new Given("--gate-init", gateInit),
            new Given("--gate-hidden", gateHidden),
            new Given("--gate-weights", gateWeights),
            new Given("--gate-identity", gateIdentity));
    goWith(chosen.isClipped(), "clipped methods", clipping);
    goWith(chosen == Method.SOFTMAX_N, "softmax_n", List.of(new Given("--n", n)));
    goWith(chosen.hasSink(), "methods with a sink", List.of(new Given("--beta", beta)));
    goWith(chosen.hasSink() && chosen != Method.SOFTMAX_N, "outeffhop and its relatives", sinks);
    goWith(chosen.isGated(), "gated methods", gates);
    require(chosen.hasSink() || steps == 1, "--update-steps goes with methods with a sink");
    require(sink.isEmpty() || shift.isEmpty(), "--sink and --calibrated-shift exclude each other");
    require(
        shift.isEmpty() || (shift.get() > 0 && shift.get() < 1),
        "--calibrated-shift expects a share between 0 and 1");
    NormaliserSpec normaliser = new NormaliserSpec(sinkOf(chosen), clipping(chosen));
    Retrieval retrieval =
        new Retrieval(steps, beta.map(OptionalDouble::of).orElse(OptionalDouble.empty()));
    return new MethodSpec(
        chosen, normaliser, Map.of(), gateOf(chosen, seed), Map.of(), retrieval, heads);
  }

  private Optional<Sink> sinkOf(Method chosen) {
    if (!chosen.hasSink()) {
      return Optional.empty();
    }
    if (chosen != Method.SOFTMAX_N) {
      return Optional.of(Sink.ZERO);
    }
    require(n.isPresent(), "softmax_n needs --n");
    require(n.get() >= 0 && Double.isFinite(n.get()), "--n expects a number from 0 on");
    require(n.get() > 0, "softmax_n with --n 0 is softmax, which the model has already");
    return Optional.of(new Sink.Logit(Math.log(n.get())));
  }

  private Optional<Clipping> clipping(Method chosen) {
    if (!chosen.isClipped()) {
      return Optional.empty();
    }
    if (alpha.isPresent()) {
      require(gamma.isEmpty() && zeta.isEmpty(), "--alpha takes the place of --gamma and --zeta");
      return Optional.of(new Clipping.PerLength(alpha.get()));
    }
    return Optional.of(new Clipping.Bounds(gamma.orElse(PAPER_GAMMA), zeta.orElse(1.0)));
  }

  private Optional<GateSpec> gateOf(Method chosen, long seed) {
    if (!chosen.isGated()) {
      return Optional.empty();
    }
    GateKind kind = GateKind.valueOf(gate.orElse("linear").toUpperCase(Locale.ROOT));
    require(kind == GateKind.MLP || gateHidden.isEmpty(), "--gate-hidden goes with --gate mlp");
    return Optional.of(
        new GateSpec(
            kind,
            gateHidden.orElse(DEFAULT_HIDDEN),
            gateInit.orElse(DEFAULT_INIT),
            gateIdentity.orElse(gateWeights.isEmpty()),
            seed));
  }

  /** An option and whether it is on the command line. */
  private record Given(String name, Optional<?> value) {}

  private void goWith(boolean fits, String methods, List<Given> options) {
    for (Given option : options) {
      require(
          fits || option.value().isEmpty(),
          option.name() + " goes with " + methods + ", not with " + method().label());
    }
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
