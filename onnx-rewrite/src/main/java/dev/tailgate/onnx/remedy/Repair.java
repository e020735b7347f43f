package dev.tailgate.onnx.remedy;

import dev.tailgate.onnx.ir.OnnxModel;
import java.util.List;

/**
 * What a pass made of a model.
 *
 * @param model the new model, or the old one where nothing applied
 * @param applied what was done, place by place
 * @param refused where nothing was done, and why
 */
public record Repair(OnnxModel model, List<Note> applied, List<Note> refused) {
  /**
   * A place and what is to be said about it.
   *
   * @param place a node or tensor in the user's words, for example {@code layer 3 (/l3/norm)}
   * @param text a clause that follows it
   */
  public record Note(String place, String text) {}

  /** Copies the lists. */
  public Repair {
    applied = List.copyOf(applied);
    refused = List.copyOf(refused);
  }
}
