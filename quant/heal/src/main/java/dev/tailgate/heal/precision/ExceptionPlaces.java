package dev.tailgate.heal.precision;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.quant.placement.Placement;
import dev.tailgate.quant.placement.QuantPoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Divides the points of a model into places, by what the placement lets a user exclude. */
final class ExceptionPlaces {
  private final Dataflow flow;

  private ExceptionPlaces(Dataflow flow) {
    this.flow = flow;
  }

  /**
   * The places.
   *
   * @param canExclude whether each of these selectors chooses something: what only an integer
   *     kernel of a product makes is no place beside the product
   */
  static List<ExceptionPlace> of(
      Dataflow flow,
      Placement placement,
      Collection<QuantPoint> points,
      Predicate<List<String>> canExclude) {
    if (placement == Placement.PAPERS) {
      return points.stream()
          .map(p -> new ExceptionPlace("name:" + p.tensor(), List.of(p)))
          .toList();
    }
    ExceptionPlaces places = new ExceptionPlaces(flow);
    Map<OnnxNode, List<QuantPoint>> byProduct = new LinkedHashMap<>();
    List<ExceptionPlace> others = new ArrayList<>();
    for (QuantPoint point : points) {
      Set<OnnxNode> products = places.products(point);
      products.forEach(p -> byProduct.computeIfAbsent(p, n -> new ArrayList<>()).add(point));
      if (products.isEmpty()) {
        others.add(new ExceptionPlace("name:" + point.tensor(), List.of(point)));
      }
    }
    List<ExceptionPlace> found =
        new ArrayList<>(
            byProduct.entrySet().stream()
                .map(e -> new ExceptionPlace("name:" + name(e.getKey()), e.getValue()))
                .toList());
    List<String> selectors = new ArrayList<>(found.stream().map(ExceptionPlace::selector).toList());
    for (ExceptionPlace place : others) {
      selectors.add(place.selector());
      if (canExclude.test(selectors)) {
        found.add(place);
      } else {
        selectors.remove(selectors.size() - 1);
      }
    }
    return found;
  }

  private static String name(OnnxNode node) {
    return node.name().isEmpty() ? node.id() : node.name();
  }

  private Set<OnnxNode> products(QuantPoint point) {
    return point.uses().stream().flatMap(this::readers).collect(Collectors.toSet());
  }

  private Stream<OnnxNode> readers(OnnxGraph.Use use) {
    OnnxNode node = use.node();
    if (isProduct(node)) {
      return Stream.of(node);
    }
    return Dataflow.isView(node)
        ? flow.realUses(node.output(0)).stream()
            .map(OnnxGraph.Use::node)
            .filter(ExceptionPlaces::isProduct)
        : Stream.empty();
  }

  /** Whether {@code node} multiplies matrices, convolutions included. */
  static boolean isProduct(OnnxNode node) {
    return Dataflow.isProduct(node) || node.is("Conv");
  }
}
