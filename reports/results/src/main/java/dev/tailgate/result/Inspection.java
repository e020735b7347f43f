package dev.tailgate.result;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
 * @param warnings what to know before measuring the model, one sentence each
 * @param quantization how it is quantized already; empty for a float model
 */
public record Inspection(
    File model,
    List<Value> inputs,
    List<Value> outputs,
    List<Site> sites,
    List<NearMiss> notSites,
    String normStyle,
    String autoPreset,
    Map<String, Integer> presets,
    List<Measurable> taps,
    List<String> warnings,
    Optional<StoredQuantization> quantization) {
  /** Copies what could change, and refuses what cannot be. */
  public Inspection {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    sites = List.copyOf(sites);
    notSites = List.copyOf(notSites);
    Require.text("norm_style", normStyle);
    Require.text("auto_preset", autoPreset);
    presets = inOrder(presets);
    taps = List.copyOf(taps);
    warnings = List.copyOf(warnings);
  }

  /** {@code Map.copyOf} forgets the order, in which people read it. */
  private static <V> Map<String, V> inOrder(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

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
      long externalBytes) {
    /** Copies what could change, and refuses what cannot be. */
    public File {
      Require.text("model.path", path);
      opsets = inOrder(opsets);
      Require.notNegative("model.nodes", nodes);
      Require.notNegative("model.functions", functions);
      Require.notNegative("model.parameters", parameters);
      Require.notNegative("model.file_bytes", fileBytes);
      externalFiles = List.copyOf(externalFiles);
      Require.notNegative("model.external_bytes", externalBytes);
    }
  }

  /**
   * A model input or output.
   *
   * @param shape sizes and names of dimensions, {@code ?} for unnamed ones; absent where the model
   *     states no shape
   */
  public record Value(String name, String type, Optional<List<String>> shape) {
    /** Copies the shape. */
    public Value {
      shape = shape.map(List::copyOf);
    }
  }

  /**
   * An attention.
   *
   * @param number what {@code rewrite --sites} calls it
   * @param layer transformer layer, or -1 when the site belongs to none
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
      String context) {
    /** Refuses what cannot be. */
    public Site {
      Require.notNegative("site.number", number);
      Require.text("site.id", id);
      Require.indexOrNone("site.layer", layer);
      Require.text("site.normaliser", normaliser);
      Require.text("site.gate", gate);
    }
  }

  /**
   * An activation that can be measured.
   *
   * @param tensor its value name in the user's file
   * @param roles what it is
   * @param layer its layer, or -1 for none
   */
  public record Measurable(String tensor, List<String> roles, int layer) {
    /** Copies the list, and refuses what cannot be. */
    public Measurable {
      Require.text("tap.tensor", tensor);
      roles = List.copyOf(roles);
      Require.indexOrNone("tap.layer", layer);
    }
  }
}
