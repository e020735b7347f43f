package dev.tailgate.result.gate;

import java.util.Optional;

/**
 * What one rule says.
 *
 * @param rule the rule's id
 * @param metric its metric's id
 * @param severity what a failure means
 * @param verdict what it says
 * @param value the metric; empty where it was not measured
 * @param baseline the baseline's value; empty without one
 * @param bound the limits in words, such as {@code at most 12.5}; empty where they are unknown
 * @param sentence why, for people
 * @param tap the tensor that decides, for metrics of taps
 */
public record RuleVerdict(
    String rule,
    String metric,
    Severity severity,
    Verdict verdict,
    Optional<Double> value,
    Optional<Double> baseline,
    String bound,
    String sentence,
    Optional<String> tap) {}
