package dev.tailgate.quant.score;

import dev.tailgate.data.Scoring;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.quant.contest.Observer;
import dev.tailgate.quant.contest.Round;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Scores every contestant against the labels, and compares the outputs of every challenger with
 * those of the reference.
 */
public final class Scoreboard implements Observer {
  private final Map<String, TaskScorer> task = new LinkedHashMap<>();
  private final Map<String, AgreementScorer> agreement = new LinkedHashMap<>();

  /** For contestants of these names and a task of which nothing else is said. */
  public Scoreboard(ModelOutputs outputs, Task labels, String reference, List<String> challengers) {
    this(outputs, Scoring.of(labels), reference, challengers);
  }

  /** For contestants of these names. */
  public Scoreboard(
      ModelOutputs outputs, Scoring labels, String reference, List<String> challengers) {
    task.put(reference, TaskScorer.of(labels, outputs));
    for (String challenger : challengers) {
      task.put(challenger, TaskScorer.of(labels, outputs));
      agreement.put(challenger, AgreementScorer.of(outputs, labels));
    }
  }

  @Override
  public void accept(Round round) {
    task.forEach((name, scorer) -> scorer.accept(round.batch(), round.of(name)));
    agreement.forEach(
        (name, scorer) -> scorer.accept(round.batch(), round.reference(), round.of(name)));
  }

  /** How a contestant did against the labels. */
  public TaskScorer task(String name) {
    return Objects.requireNonNull(task.get(name));
  }

  /** How close a challenger's outputs are to the reference's. */
  public AgreementScorer agreement(String name) {
    return Objects.requireNonNull(agreement.get(name));
  }
}
