package dev.tailgate.result;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a rewrite did to a model. Numbers that were not measured are absent.
 *
 * @param model the file that was read
 * @param out the file that was written
 * @param bytes its size
 * @param method its method, by name
 * @param rewritten how many of the sites have it now
 * @param sites every attention of the model
 * @param notSites what looks like an attention and is none
 * @param verification what running both models showed
 */
public record RewriteReport(
    String model,
    String out,
    long bytes,
    String method,
    int rewritten,
    List<Site> sites,
    List<NearMiss> notSites,
    Optional<Verification> verification) {
  /** Copies the lists, and refuses what cannot be. */
  public RewriteReport {
    Require.text("model", model);
    Require.text("out", out);
    Require.notNegative("bytes", bytes);
    Require.text("method", method);
    sites = List.copyOf(sites);
    notSites = List.copyOf(notSites);
    if (rewritten != sites.stream().filter(Site::rewritten).count()) {
      throw new IllegalArgumentException(
          "rewritten is " + rewritten + ", which its sites do not add up to");
    }
  }

  /**
   * A site.
   *
   * @param number what {@code rewrite --sites} calls it
   * @param place the subgraph or function it lies in; empty in the main graph
   * @param kind {@code self}, {@code cross}, {@code unknown}, or the operator of a fused attention
   * @param before its normaliser in the original
   * @param rules what replaced it, in order
   * @param effect {@code exact}, {@code equivalent} or {@code changes_function}; absent of a site
   *     that was left
   * @param reason why it was left; absent of one that was not
   * @param sinks fitted sink logits by head; the logits were shifted by their negatives
   * @param check what was measured of it
   */
  public record Site(
      int number,
      String id,
      String place,
      String kind,
      String before,
      boolean rewritten,
      List<String> rules,
      Optional<String> effect,
      Optional<String> reason,
      Optional<List<Double>> sinks,
      Optional<Check> check) {
    /** Copies the lists, and refuses what cannot be. */
    public Site {
      Require.notNegative("site.number", number);
      Require.text("site.id", id);
      rules = List.copyOf(rules);
      sinks = sinks.map(List::copyOf);
      if (effect.isPresent() == reason.isPresent()) {
        throw new IllegalArgumentException(
            "site " + number + " needs an effect or a reason, and not both");
      }
    }
  }

  /**
   * What a run showed of a rewritten site.
   *
   * @param maxDifference largest absolute difference of a probability from a reference in doubles
   * @param noOpMass mean share of attention that goes to nothing
   * @param zeros share of probabilities that are exactly 0
   * @param ones share of probabilities that are exactly 1
   * @param gateMean mean of the gate
   * @param rows rows of probabilities that were compared
   * @param note what else there is to know, such as why a number is absent
   */
  public record Check(
      OptionalDouble maxDifference,
      OptionalDouble noOpMass,
      OptionalDouble zeros,
      OptionalDouble ones,
      OptionalDouble gateMean,
      long rows,
      String note) {
    /** Refuses what cannot be. */
    public Check {
      Require.notNegative("check.rows", rows);
    }
  }

  /**
   * Both models on the same samples.
   *
   * @param data what the samples are
   * @param syntheticInputs whether they were made up, so that only differences mean anything
   * @param task task metrics; none without labels
   * @param agreement of the rewritten model's outputs with the original's
   * @param fusionsLost what the runtime fuses less often now, a sentence each
   * @param notes what was not compared, and why, a sentence each
   */
  public record Verification(
      long samples,
      String data,
      boolean syntheticInputs,
      List<Metric> task,
      List<Metric> agreement,
      List<String> fusionsLost,
      List<String> notes) {
    /** Copies the lists, and refuses what cannot be. */
    public Verification {
      Require.notNegative("verification.samples", samples);
      task = List.copyOf(task);
      agreement = List.copyOf(agreement);
      fusionsLost = List.copyOf(fusionsLost);
      notes = List.copyOf(notes);
    }
  }

  /**
   * A metric of the original and of the rewritten model; of agreement only the second.
   *
   * @param direction {@code higher_is_better} or {@code lower_is_better}
   */
  public record Metric(
      String name, String unit, String direction, OptionalDouble before, double after) {
    /** Refuses what cannot be. */
    public Metric {
      Require.text("metric.name", name);
      Require.text("metric.direction", direction);
    }
  }
}
