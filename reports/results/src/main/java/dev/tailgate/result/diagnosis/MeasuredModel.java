package dev.tailgate.result.diagnosis;

import dev.tailgate.result.Evidence;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.SensitivityResult;
import dev.tailgate.result.SiteEvidence;
import dev.tailgate.result.TapEvidence;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Everything that was measured of one model. */
record MeasuredModel(RunResult result, Evidence evidence, Optional<SensitivityResult> sensitivity) {
  /** Kurtosis of a Gaussian. */
  static final double GAUSSIAN = 3;

  /** From here on the findings of an audit speak of marked outliers. */
  static final double MARKED = 10;

  /** The role of what has no place in a block that was recognised. */
  private static final String OTHER = "other";

  /** Taps with marked outliers. */
  List<TapEvidence> outlying() {
    return taps().stream()
        .filter(tap -> tap.kurtosis() >= MARKED && Double.isFinite(tap.kurtosis()))
        .toList();
  }

  /**
   * Taps that may be spoken of. Where some have a role, those without are left out: most are steps
   * inside of a norm or an activation function, and squares have heavy tails by themselves.
   */
  List<TapEvidence> taps() {
    List<TapEvidence> named =
        evidence.taps().stream().filter(tap -> !tap.role().equals(OTHER)).toList();
    return named.isEmpty() ? evidence.taps() : named;
  }

  /** Decades of kurtosis above a Gaussian. */
  static double decades(double kurtosis) {
    return Math.log10(kurtosis / GAUSSIAN);
  }

  /** Heads of all sites, each with its site. */
  Stream<HeadOfSite> heads() {
    return evidence.sites().stream()
        .flatMap(site -> site.heads().stream().map(head -> new HeadOfSite(site, head)));
  }

  /** A head. */
  record HeadOfSite(SiteEvidence site, SiteEvidence.Head head) {}
}
