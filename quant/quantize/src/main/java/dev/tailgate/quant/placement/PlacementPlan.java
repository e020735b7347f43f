package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.OnnxGraph;
import java.util.List;

/**
 * What a placement quantizes in one model, before anything is known of shapes and ranges.
 *
 * @param activations in graph order, each tensor once
 * @param weights in graph order of their first use, each constant once however many nodes read it
 * @param keptFloat weighted nodes left alone
 */
public record PlacementPlan(
    List<Candidate> activations, List<QuantPoint.Weight> weights, List<KeptFloat> keptFloat) {
  /** Nothing is quantized. */
  public static final PlacementPlan NONE = new PlacementPlan(List.of(), List.of(), List.of());

  /** Copies the lists. */
  public PlacementPlan {
    activations = List.copyOf(activations);
    weights = List.copyOf(weights);
    keptFloat = List.copyOf(keptFloat);
  }

  /**
   * An activation to be quantized, if it turns out to be a float tensor.
   *
   * @param role what it is, in the words of the tap roles
   * @param layer the block it belongs to, from 0; -1 outside the blocks
   * @param uses the uses that read the quantized tensor
   */
  public record Candidate(String tensor, String role, int layer, List<OnnxGraph.Use> uses) {
    /** Copies the uses. */
    public Candidate {
      uses = List.copyOf(uses);
    }
  }

  /** A node that stays float, and why. */
  public record KeptFloat(String node, String reason) {}
}
