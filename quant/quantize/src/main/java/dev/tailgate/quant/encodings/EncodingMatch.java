package dev.tailgate.quant.encodings;

import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import dev.tailgate.quant.scheme.ScaleRuns;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encodings laid onto the points of a placement, by name.
 *
 * @param quantizers of the points that have an encoding, in their order
 * @param unknown names that the model does not have
 * @param unused names of the model that are no points
 * @param without points that have no encoding and stay float
 */
public record EncodingMatch(
    Map<QuantPoint, Quantizer> quantizers,
    List<String> unknown,
    List<String> unused,
    List<QuantPoint> without) {
  /** Copies the lists and shields the map, whose order matters. */
  public EncodingMatch {
    quantizers = Collections.unmodifiableMap(new LinkedHashMap<>(quantizers));
    unknown = List.copyOf(unknown);
    unused = List.copyOf(unused);
    without = List.copyOf(without);
  }

  /**
   * Lays them on.
   *
   * @throws DataException for scales that do not fit the tensor of their point
   */
  public static EncodingMatch of(
      Encodings encodings, OnnxGraph graph, Collection<? extends QuantPoint> points) {
    Map<String, TensorEncoding> left = new LinkedHashMap<>();
    encodings.all().forEach(encoding -> left.put(encoding.tensor(), encoding));
    Map<String, TensorEncoding> all = new HashMap<>(left);
    Map<QuantPoint, Quantizer> quantizers = new LinkedHashMap<>();
    List<QuantPoint> without = new ArrayList<>();
    for (QuantPoint point : points) {
      TensorEncoding encoding = all.get(point.tensor());
      if (encoding == null) {
        without.add(point);
      } else {
        left.remove(point.tensor());
        quantizers.put(point, new Quantizer.Fixed(fitting(point, encoding.params())));
      }
    }
    List<String> unknown = new ArrayList<>();
    List<String> unused = new ArrayList<>();
    for (String name : left.keySet()) {
      (isValue(graph, name) ? unused : unknown).add(name);
    }
    return new EncodingMatch(quantizers, unknown, unused, without);
  }

  private static boolean isValue(OnnxGraph graph, String name) {
    return graph.constant(name).isPresent()
        || graph.producer(name).isPresent()
        || graph.inputs().stream().anyMatch(input -> input.name().equals(name));
  }

  private static QuantParams fitting(QuantPoint point, QuantParams params) {
    if (point instanceof QuantPoint.Weight weight) {
      try {
        if (ScaleRuns.of(weight.dims(), params.layout()).scales() == params.count()) {
          return params;
        }
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw refused(point, "scales for " + weight.dims(), params, e);
      }
      throw refused(point, "scales for " + weight.dims(), params, null);
    }
    // How long the axes of an activation are shows in a run only.
    boolean fits =
        params.layout() instanceof ScaleLayout.Whole
            || (params.layout() instanceof ScaleLayout.Axis axis && axis.axis() < point.rank());
    if (!fits) {
      throw refused(point, "one scale, or one for each index of an axis", params, null);
    }
    return params;
  }

  private static DataException refused(
      QuantPoint point, String expected, QuantParams params, @Nullable Throwable cause) {
    DataException.Builder builder =
        DataException.doing("using encodings")
            .expected(expected)
            .found(params.count() + " of layout " + params.layout())
            .where("tensor " + point.tensor());
    String advice = "Use the encodings with the model they were made for.";
    return cause == null ? builder.fix(advice) : builder.fix(advice, cause);
  }
}
