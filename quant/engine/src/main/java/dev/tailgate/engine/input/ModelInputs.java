package dev.tailgate.engine.input;

import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The inputs of a model with all sizes decided.
 *
 * @param layouts in the order of the signature
 * @param primary the input whose first axis counts samples: token ids, else pixels, else the first
 *     real-valued input; empty for a model without inputs
 * @param batchSize samples of a full batch: the model's own where it is fixed
 * @param fixedBatch whether the model takes batches of exactly {@code batchSize}
 * @param sequenceLength the model's own where it is fixed, and never beyond its position table
 * @param fixedSequence whether the model takes samples of exactly {@code sequenceLength} tokens
 */
public record ModelInputs(
    List<InputLayout> layouts,
    Optional<InputLayout> primary,
    int batchSize,
    boolean fixedBatch,
    int sequenceLength,
    boolean fixedSequence) {
  /** What a stack of convolutions makes of a signal of open length. */
  private static final int FRAMES = 32;

  public ModelInputs {
    layouts = List.copyOf(layouts);
  }

  /** Decides every size, with the request's where the model leaves it open. */
  public static ModelInputs of(OnnxGraph graph, int batchSize, int sequenceLength) {
    return of(graph, batchSize, sequenceLength, Map.of());
  }

  /** The same where some inputs come as arrays, whose shapes size open dimensions of the others. */
  public static ModelInputs of(
      OnnxGraph graph, int batchSize, int sequenceLength, Map<String, List<Long>> arrays) {
    return of(graph, SizeChoice.asked(batchSize, sequenceLength), arrays);
  }

  /** The same for sizes that were found by running the model. */
  public static ModelInputs of(OnnxGraph graph, SizeChoice choice) {
    return of(graph, choice, Map.of());
  }

  /** The same where some inputs come as arrays, and sizes of others were found. */
  public static ModelInputs of(OnnxGraph graph, SizeChoice choice, Map<String, List<Long>> arrays) {
    int batchSize = choice.batch();
    int sequenceLength = choice.sequence();
    Set<String> names =
        graph.inputs().stream().map(ValueInfo::name).collect(Collectors.toUnmodifiableSet());
    OptionalInt positions = new EmbeddingTables(graph).positions(names);
    int sequence = Math.min(sequenceLength, positions.orElse(sequenceLength));
    Map<String, InputRole> roles = new InputRoles(graph, sequence).all();
    for (String input : names) {
      if (roles.get(input) instanceof InputRole.PositionIds) {
        sequence =
            Math.min(sequence, new EmbeddingTables(graph).rowsIndexedBy(input).orElse(sequence));
      }
    }
    Optional<ValueInfo> primary = primary(graph, roles);
    boolean isList = primary.isPresent() && isTokenList(primary.get(), roles);
    long ownBatch = isList ? 1 : primary.map(p -> dim(p, 0).sizeOrMinusOne()).orElse(1L);
    if (ownBatch > 0) {
      batchSize = requireInt(ownBatch, primary);
    }
    long ownSequence = primary.map(p -> ownSequence(p, isList)).orElse(-1L);
    if (ownSequence > 0) {
      sequence = requireInt(ownSequence, primary);
      // Lengths among the inputs must not point beyond what the model takes.
      roles = new InputRoles(graph, sequence).all();
    }
    boolean isSignal = primary.isPresent() && isNoise(primary.get(), roles);
    if (ownSequence <= 0 && isSignal && arrays.isEmpty() && !choice.holdsSequence()) {
      // Fewer points than a stack of convolutions looks at are no sound.
      sequence =
          Math.max(
              sequence,
              PatchEmbedding.points(graph, primary.get().name(), FRAMES).orElse(sequence));
    }
    GivenShapes given = new GivenShapes(graph, arrays);
    long past = given.past(roles).orElse(pastLength(graph, roles));
    DimBinder binder = new DimBinder(batchSize, sequence, past, choice.side());
    primary.ifPresent(p -> bindNames(p, isList, binder));
    given.bind(primary.map(ValueInfo::name), binder);
    // A past that is made up has no meaning, so that masks hide it.
    int hidden = given.past(roles).isPresent() ? 0 : (int) past;
    List<InputLayout> layouts = new ArrayList<>();
    for (ValueInfo input : graph.inputs()) {
      InputRole role = roles.getOrDefault(input.name(), new InputRole.Noise());
      InputLayout layout = layout(graph, input, role, binder, ownBatch, isList);
      layouts.add(layout.hiding(hidden, past + sequence));
    }
    Optional<InputLayout> primaryLayout =
        primary.flatMap(p -> layouts.stream().filter(l -> l.name().equals(p.name())).findFirst());
    return new ModelInputs(
        layouts,
        primaryLayout,
        batchSize,
        ownBatch > 0 || choice.holdsBatch(),
        sequence,
        ownSequence > 0 || choice.holdsSequence());
  }

  /** The layout of the input called {@code name}. */
  public Optional<InputLayout> find(String name) {
    return layouts.stream().filter(l -> l.name().equals(name)).findFirst();
  }

  /** The token ids that make a sample, if the model reads tokens. */
  public Optional<InputLayout> tokenIds() {
    return primary.filter(p -> p.role() instanceof InputRole.TokenIds);
  }

  private static Optional<ValueInfo> primary(OnnxGraph graph, Map<String, InputRole> roles) {
    List<Class<? extends InputRole>> preference =
        List.of(
            InputRole.TokenIds.class,
            InputRole.Pixels.class,
            InputRole.Noise.class,
            InputRole.Levels.class);
    for (Class<? extends InputRole> wanted : preference) {
      for (ValueInfo input : graph.inputs()) {
        if (wanted.isInstance(roles.get(input.name())) && input.rank() != 0) {
          return Optional.of(input);
        }
      }
    }
    return graph.inputs().stream().filter(i -> i.rank() > 0).findFirst();
  }

  private static boolean isNoise(ValueInfo primary, Map<String, InputRole> roles) {
    return roles.get(primary.name()) instanceof InputRole.Noise;
  }

  /** Whether the tokens come as a plain list, without a batch axis. */
  private static boolean isTokenList(ValueInfo primary, Map<String, InputRole> roles) {
    return primary.rank() == 1 && roles.get(primary.name()) instanceof InputRole.TokenIds;
  }

  private static Dim dim(ValueInfo input, int axis) {
    return input.rank() > axis ? input.shape().orElseThrow().get(axis) : new Dim.Unknown();
  }

  private static long ownSequence(ValueInfo primary, boolean isList) {
    if (isList) {
      return dim(primary, 0).sizeOrMinusOne();
    }
    return primary.rank() == 2 || primary.rank() == 3 ? dim(primary, 1).sizeOrMinusOne() : -1;
  }

  private static void bindNames(ValueInfo primary, boolean isList, DimBinder binder) {
    if (dim(primary, 0) instanceof Dim.Symbolic first) {
      if (isList) {
        binder.bindSequence(first.name());
      } else {
        binder.bindBatch(first.name());
      }
    }
    if (primary.rank() == 2 && dim(primary, 1) instanceof Dim.Symbolic second) {
      binder.bindSequence(second.name());
    }
  }

  /** Length of the past where the model fixes it, in [.., heads, past, width]; otherwise 0. */
  private static long pastLength(OnnxGraph graph, Map<String, InputRole> roles) {
    for (ValueInfo input : graph.inputs()) {
      if (roles.get(input.name()) instanceof InputRole.PastState && input.rank() >= 4) {
        return Math.max(0, dim(input, input.rank() - 2).sizeOrMinusOne());
      }
    }
    return 0;
  }

  private static InputLayout layout(
      OnnxGraph graph,
      ValueInfo input,
      InputRole role,
      DimBinder binder,
      long ownBatch,
      boolean isList) {
    if (!Elements.knows(input.type())) {
      throw DataException.doing("making model input " + input.name())
          .expected("a tensor of numbers")
          .found(input.typeLabel())
          .fix("Export the part of the model after its pre-processing.");
    }
    Dim open = new Dim.Unknown();
    List<Dim> dims = input.shape().orElse(List.of(open, open));
    long[] shape = new long[dims.size()];
    int batchAxis = -1;
    for (int axis = 0; axis < shape.length; axis++) {
      boolean isMaskLength = role instanceof InputRole.Mask && shape.length == 2 && axis == 1;
      Dim dim = dims.get(axis);
      // Exports traced with one token write "past + 1" for the mask of any number of tokens.
      Dim sized =
          isMaskLength && dim instanceof Dim.Symbolic && !binder.isGiven(dim)
              ? new Dim.Symbolic("total_sequence_length")
              : dim;
      boolean isPositions = role instanceof InputRole.PositionIds && shape.length == 1;
      if (isPositions && dim.sizeOrMinusOne() < 0) {
        // One list for all samples, as cache positions are; what its axis is called says nothing.
        shape[0] = binder.sequence();
        continue;
      }
      shape[axis] = binder.size(sized, axis, shape.length);
      boolean isFixed = axis == 0 && ownBatch > 0 && dim.sizeOrMinusOne() == ownBatch;
      if (batchAxis < 0 && !isList && (isFixed || binder.isBatch(dim, axis))) {
        batchAxis = axis;
      }
    }
    boolean isSignal =
        role instanceof InputRole.Noise
            && shape.length == 3
            && dims.get(2).sizeOrMinusOne() < 0
            && PatchEmbedding.isSignal(graph, input.name());
    if (isSignal && !binder.isGiven(dims.get(2))) {
      // [B, C, L]: what is as long as a sequence comes last.
      shape[2] = binder.sequence();
    }
    boolean hasChannels = role instanceof InputRole.Pixels || isSignal;
    if (hasChannels && dims.get(1).sizeOrMinusOne() < 0) {
      shape[1] = ConvChannels.expectedBy(graph, input.name()).orElse(shape[1]);
    }
    InputLayout layout = new InputLayout(input.name(), input.type(), role, shape, batchAxis);
    layout.requireReasonable();
    return layout;
  }

  private static int requireInt(long size, Optional<ValueInfo> primary) {
    if (size > InputLayout.LARGEST_TENSOR) {
      throw DataException.doing("making model inputs")
          .expected("at most 1 GiB a batch")
          .found(primary.map(ValueInfo::toString).orElse("no input"))
          .fix("Export the model with smaller dimensions.");
    }
    return (int) size;
  }
}
