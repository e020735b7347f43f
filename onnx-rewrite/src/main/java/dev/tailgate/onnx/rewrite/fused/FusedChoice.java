package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.rewrite.Decision;
import dev.tailgate.onnx.rewrite.FusedRule;

/** What can be done with an attention that is one operator. */
public sealed interface FusedChoice {
  /** This rule applies. */
  record Use(FusedRule rule) implements FusedChoice {}

  /** None does; the reasons of all rules for the operator are in one. */
  record None(Decision.Skips why) implements FusedChoice {}
}
