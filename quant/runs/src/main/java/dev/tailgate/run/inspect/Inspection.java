package dev.tailgate.run.inspect;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a model contains, as far as Tailgate reads it.
 *
 * @param model the file
 * @param inputs what a caller feeds
 * @param outputs what it gives
 * @param sites attentions in graph order
 * @param notSites softmax-like nodes that are no attention, with reasons
 * @param normStyle {@code pre_ln}, {@code post_ln}, {@code mixed} or {@code unknown}
 * @param autoPreset the tap preset that {@code --taps auto} takes
 * @param presets number of taps in each preset
 * @param taps every measurable activation in graph order
 */
public record Inspection(
    File model,
    List<Value> inputs,
    List<Value> outputs,
    List<Site> sites,
    List<NotSite> notSites,
    String normStyle,
    String autoPreset,
    Map<String, Integer> presets,
    List<Measurable> taps) {

  /**
   * The model file and what it points to.
   *
   * @param opsets operator set versions by domain, {@code ai.onnx} for the standard one
   * @param nodes nodes of the main graph
   * @param parameters elements of all initialisers
   * @param fileBytes size of the model file
   * @param externalFiles other files that weights lie in, as paths
   * @param externalBytes bytes of weights in them
   */
  public record File(
      String path,
      long irVersion,
      Map<String, Long> opsets,
      String producer,
      int nodes,
      int functions,
      long parameters,
      long fileBytes,
      List<String> externalFiles,
      long externalBytes) {}

  /**
   * A model input or output.
   *
   * @param shape sizes and names of dimensions, {@code ?} for unnamed ones; absent where the model
   *     states no shape
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Value(String name, String type, @Nullable List<String> shape) {}

  /**
   * An attention.
   *
   * @param number what {@code rewrite --sites} calls it
   * @param place the subgraph or function it lies in; empty in the main graph
   * @param kind {@code self}, {@code cross}, {@code unknown}, or the operator of a fused attention
   * @param mask {@code masked}, {@code no mask}, or {@code one operator}
   * @param scores a value name in the user's file, as are the three after it; empty where a fused
   *     operator keeps the value inside
   */
  public record Site(
      int number,
      String id,
      int layer,
      String node,
      String place,
      String kind,
      String normaliser,
      String gate,
      String mask,
      String scores,
      String probabilities,
      String value,
      String context) {}

  /** A near miss. */
  public record NotSite(String node, String op, String reason) {}

  /** A tap: a value name, what it is, and its layer or -1. */
  public record Measurable(String tensor, List<String> roles, int layer) {}
}
