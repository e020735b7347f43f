package dev.tailgate.engine.fit;

import dev.tailgate.engine.ActivationSizes;
import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.ModelRunException;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.RuntimeUnavailableException;
import dev.tailgate.engine.input.HeldSizes;
import dev.tailgate.engine.input.InputFiller;
import dev.tailgate.engine.input.InputLayout;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.input.PatchEmbedding;
import dev.tailgate.engine.input.PrimaryOutput;
import dev.tailgate.engine.input.SizeChoice;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds sizes that a model runs with, where those asked for do not: lengths, batches and image
 * sizes that its constants speak for, see {@link HeldSizes}, are tried on made-up inputs, one
 * session for all. A model that cannot be made to run is left to whoever runs it, who says why.
 */
public final class SizeSearch {
  private static final RunnerOptions OPTIONS =
      new RunnerOptions(ExecutionProvider.CPU, 0, RunnerOptions.Optimization.NONE);

  /** Runs of which most end at the first node that does not fit. */
  private static final int MOST_RUNS = 96;

  private static final long LONGEST_SIGNAL = 1 << 20;

  /** Candidates of a kind that are combined with those of another. */
  private static final int COMBINED = 6;

  private final OnnxModel model;
  private final SizeChoice asked;
  private final HeldSizes held;
  private final InputFiller filler = new InputFiller(0);
  private final Set<String> tried = new LinkedHashSet<>();
  private String reason = "";

  private SizeSearch(OnnxModel model, SizeChoice asked, HeldSizes held) {
    this.model = model;
    this.asked = asked;
    this.held = held;
  }

  /**
   * What was found.
   *
   * @param sizes those asked for where they run or nothing does
   * @param runs whether the model ran with them
   * @param tried inputs that were tried, in words, those that run the last
   * @param reason why those asked for do not run; empty where they do, or nothing was tried
   */
  public record Found(SizeChoice sizes, boolean runs, List<String> tried, String reason) {
    /** Copies the list. */
    public Found {
      tried = List.copyOf(tried);
    }
  }

  /** Searches from {@code batch} samples of {@code sequence} tokens. */
  public static Found find(OnnxModel model, int batch, int sequence) {
    SizeChoice asked = SizeChoice.asked(batch, sequence);
    HeldSizes held = HeldSizes.of(model.graph());
    ModelInputs inputs = ModelInputs.of(model.graph(), asked);
    boolean isClosed = inputs.layouts().isEmpty() || held.isEmpty();
    return isClosed
        ? new Found(asked, false, List.of(), "")
        : new SizeSearch(model, asked, held).search();
  }

  /**
   * The sizes to read data with: those asked for, unless the graph seems to hold others, which is
   * then tried.
   */
  public static SizeChoice forData(OnnxModel model, int batch, int sequence) {
    HeldSizes held = HeldSizes.of(model.graph());
    return held.seemsHeld()
        ? find(model, batch, sequence).sizes()
        : SizeChoice.asked(batch, sequence);
  }

  private Found search() {
    String output = PrimaryOutput.orFirst(model.graph());
    Optional<Found> mixing = Optional.empty();
    try (ModelRunner runner = ModelRunner.open(model, OPTIONS)) {
      for (SizeChoice choice : choices()) {
        if (tried.size() >= MOST_RUNS) {
          break;
        }
        Optional<Tensor> result = run(runner, choice, output);
        if (result.isPresent()) {
          Found found = new Found(choice, true, List.copyOf(tried), reason);
          if (tried.size() == 1 || keepsSamples(result.get(), choice)) {
            return found;
          }
          mixing = mixing.or(() -> Optional.of(found));
        }
      }
    } catch (ModelRunException | RuntimeUnavailableException e) {
      // It does not load: whoever runs it says why.
    }
    return mixing.orElseGet(() -> new Found(asked, false, List.copyOf(tried), reason));
  }

  /** A wrong size may run where it makes up for another: then samples become tokens. */
  private static boolean keepsSamples(Tensor result, SizeChoice choice) {
    return result.rank() > 0 && result.dim(0) == choice.batch();
  }

  /** Those asked for first; then one size changed, then two. */
  private List<SizeChoice> choices() {
    List<SizeChoice> choices = new ArrayList<>(List.of(asked));
    held.masks().forEach(length -> choices.add(asked.holdingSequence(length)));
    for (int rows : held.tables()) {
      if (rows > 4 && rows - 2 < asked.sequence()) {
        // Two rows more than positions, as OPT and RoBERTa have them, or none.
        choices.add(asked.withSequence(rows));
        choices.add(asked.withSequence(rows - 2));
      }
    }
    held.sequences().forEach(length -> choices.add(asked.holdingSequence(length)));
    PatchEmbedding.step(model.graph())
        .ifPresent(
            step ->
                held.sequences().stream()
                    .filter(frames -> (long) frames * step <= LONGEST_SIGNAL)
                    .forEach(frames -> choices.add(asked.holdingSequence(frames * step))));
    held.batches().forEach(batch -> choices.add(asked.holdingBatch(batch)));
    held.sides().forEach(side -> choices.add(asked.withSide(side)));
    for (int length : first(held.sequences())) {
      for (int batch : first(held.batches())) {
        choices.add(asked.holdingSequence(length).holdingBatch(batch));
      }
    }
    for (int side : first(held.sides())) {
      for (int batch : first(held.batches())) {
        choices.add(asked.withSide(side).holdingBatch(batch));
      }
    }
    return choices;
  }

  private static List<Integer> first(List<Integer> candidates) {
    return candidates.subList(0, Math.min(COMBINED, candidates.size()));
  }

  /** The output; empty where it does not run, or gives nothing. */
  private Optional<Tensor> run(ModelRunner runner, SizeChoice choice, String output) {
    Optional<Map<String, Tensor>> inputs = inputs(choice);
    if (inputs.isEmpty()) {
      return Optional.empty();
    }
    try {
      ActivationSizes.require(model, inputs.get(), OPTIONS);
      return Optional.ofNullable(runner.run(inputs.get(), Set.of(output)).get(output))
          .filter(result -> result.elementCount() > 0);
    } catch (ModelRunException e) {
      reason = reason.isEmpty() ? e.reason() : reason;
      return Optional.empty();
    }
  }

  /** Made-up inputs of sizes that were not tried yet. */
  private Optional<Map<String, Tensor>> inputs(SizeChoice choice) {
    try {
      ModelInputs sized = ModelInputs.of(model.graph(), choice);
      StringBuilder words = new StringBuilder();
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (InputLayout layout : sized.layouts()) {
        Tensor tensor = filler.make(layout, 0, sized.batchSize());
        tensors.put(layout.name(), tensor);
        words.append(words.isEmpty() ? "" : ", ");
        words.append(Printable.of(layout.name())).append(' ').append(tensor);
      }
      return tried.add(words.toString()) ? Optional.of(tensors) : Optional.empty();
    } catch (DataException e) {
      return Optional.empty();
    }
  }
}
