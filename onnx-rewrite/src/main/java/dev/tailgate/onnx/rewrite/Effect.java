package dev.tailgate.onnx.rewrite;

/** What a rule does to the function of a model. */
public enum Effect {
  /** Nothing: the same bits come out. */
  EXACT,
  /** Nothing but rounding: equal in exact arithmetic. */
  EQUIVALENT,
  /** Another function, which a model has to be trained with. */
  CHANGES_FUNCTION
}
