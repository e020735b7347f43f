package dev.tailgate.heal.remedy.rotation;

import dev.tailgate.heal.remedy.FunctionCheck;
import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.onnx.remedy.rotation.RotatableStream;
import dev.tailgate.onnx.remedy.rotation.RotateResidualStream;
import dev.tailgate.onnx.remedy.rotation.Rotation;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.plan.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Turns the residual stream as {@code rotate} does, by a matrix that is learned: from the random
 * Hadamard one on, by descent towards activations of low kurtosis (KurTail, arXiv 2503.01483). What
 * is learned from are rows of calibration data as the norms of the stream normalise them. A stream
 * stays as it is where that does not lower the kurtosis of rows that were kept back.
 *
 * <p>Up to {@value #WHOLE} channels are turned by one matrix; wider streams in blocks of at most
 * {@value #BLOCK} behind the Hadamard matrix, which has mixed all of them.
 *
 * @param seed of the Hadamard matrix
 */
public record KurtailRemedy(long seed) implements Remedy {
  private static final int WHOLE = 768;
  private static final int BLOCK = 512;
  private static final int SMALLEST_BLOCK = 16;

  /** Products of a step that a stream may take, without those of the gradient. */
  private static final long PRODUCTS = 1_800_000_000L;

  private static final int FEWEST_ROWS = 96;
  private static final int MOST_ROWS = 768;

  @Override
  public String id() {
    return "kurtail";
  }

  @Override
  public String summary() {
    return "turns the residual stream by a matrix that is learned to lower the kurtosis";
  }

  @Override
  public boolean keepsFunction() {
    return true;
  }

  @Override
  public Treated apply(Plan plan, CalibrationContext context) {
    List<RotatableStream> streams = RotateResidualStream.streams(plan.map());
    Map<RotatableStream, Rotation> rotations = new LinkedHashMap<>();
    List<Repair.Note> learned = new ArrayList<>();
    List<Repair.Note> refused = new ArrayList<>();
    if (!streams.isEmpty()) {
      NormalisedRows.of(plan.model(), streams, context, KurtailRemedy::rows)
          .forEach(
              (stream, rows) -> {
                Optional<String> fault = fault(stream, rows);
                if (fault.isPresent()) {
                  refused.add(new Repair.Note(stream.place(), "is not rotated: " + fault.get()));
                  return;
                }
                RotationLearner.Learned found =
                    new RotationLearner(context)
                        .learn(rows, Rotation.of(stream.width(), seed), block(stream.width()));
                if (found.helps()) {
                  rotations.put(stream, found.rotation());
                }
                (found.helps() ? learned : refused)
                    .add(new Repair.Note(stream.place(), text(found)));
              });
    }
    Repair repair =
        RotateResidualStream.apply(
            plan.map(), stream -> Optional.ofNullable(rotations.get(stream)));
    learned.addAll(0, repair.applied());
    refused.addAll(0, repair.refused());
    return FunctionCheck.checked(
        plan, new Treated(plan.with(repair.model()), learned, refused), context);
  }

  private static Optional<String> fault(RotatableStream stream, List<List<double[]>> rows) {
    if (block(stream.width()) < SMALLEST_BLOCK) {
      return Optional.of("its " + stream.width() + " channels do not divide into blocks");
    }
    return rows.isEmpty()
        ? Optional.of("the calibration data has too few tokens to learn from")
        : Optional.empty();
  }

  private static String text(RotationLearner.Learned found) {
    return String.format(
        Locale.ROOT,
        "%s: mean kurtosis of what its norms give, on tokens that were kept back, is %.2f, with a"
            + " random Hadamard matrix alone %.2f, as it was %.2f",
        found.helps() ? "has learned" : "is not rotated",
        found.after(),
        found.before(),
        found.unturned());
  }

  /** The channels that are turned together: all of few, otherwise the largest divisor that fits. */
  private static int block(int width) {
    if (width <= WHOLE) {
      return width;
    }
    int block = BLOCK;
    while (width % block != 0) {
      block--;
    }
    return block;
  }

  /** So many of each norm that a step takes a bounded number of products. */
  private static int rows(RotatableStream stream) {
    long products = (long) stream.width() * block(stream.width()) * stream.norms().size();
    return (int) Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, PRODUCTS / products));
  }
}
