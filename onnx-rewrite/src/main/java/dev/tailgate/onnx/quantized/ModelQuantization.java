package dev.tailgate.onnx.quantized;

import dev.tailgate.onnx.ir.NestedGraph;
import dev.tailgate.onnx.ir.NestedGraphs;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.quantized.ProductForm.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * By which schemes a model is quantized already.
 *
 * @param products matrix products and convolutions, those of branches and functions included, in
 *     graph order
 */
public record ModelQuantization(List<ProductForm> products) {
  private static final String FLOAT = "float";

  /** Copies the list. */
  public ModelQuantization {
    products = List.copyOf(products);
  }

  /** That of {@code model}. */
  public static ModelQuantization of(OnnxModel model) {
    return of(model, DequantizedForm.of(model));
  }

  /** That of {@code model}, whose form is at hand. */
  public static ModelQuantization of(OnnxModel model, DequantizedForm form) {
    List<ProductForm> products = new ArrayList<>(ProductForms.of(form, ""));
    for (NestedGraph nested : NestedGraphs.of(model)) {
      products.addAll(ProductForms.of(DequantizedForm.of(nested.view()), nested.label()));
    }
    return new ModelQuantization(products);
  }

  /** Whether any product is quantized. */
  public boolean isQuantized() {
    return products.stream().anyMatch(ProductForm::isQuantized);
  }

  /** Whether every product with weights is quantized, of which there is one at least. */
  public boolean isComplete() {
    return isQuantized()
        && products.stream().filter(ProductForm::weighted).allMatch(ProductForm::isQuantized);
  }

  /**
   * One line for each way in which products are quantized, the most frequent first as they come,
   * for example {@code int8 dynamic: MatMulInteger in 36 of 36 products with weights, in 0 of 12
   * between activations; weights int8 per channel, activations uint8 per tensor, found in every
   * run}. Empty for a float model.
   */
  public List<String> schemes() {
    Map<String, List<ProductForm>> groups = new LinkedHashMap<>();
    for (ProductForm product : products) {
      if (product.isQuantized()) {
        String key = product.kind() + " " + product.operator();
        groups.computeIfAbsent(key, k -> new ArrayList<>()).add(product);
      }
    }
    return groups.values().stream().map(this::inWords).toList();
  }

  /** A short name, of the way in which most products are quantized: {@code int8 dynamic}. */
  public String name() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    products.stream()
        .filter(ProductForm::isQuantized)
        .forEach(product -> counts.merge(name(product), 1, Integer::sum));
    return counts.entrySet().stream()
        .reduce((a, b) -> b.getValue() > a.getValue() ? b : a)
        .map(Map.Entry::getKey)
        .orElse(FLOAT);
  }

  /** The grids that factors of quantized products have, in words. */
  public String grids(Function<ProductForm, String> factor) {
    String words =
        products.stream()
            .filter(ProductForm::isQuantized)
            .map(factor)
            .filter(grid -> !grid.isEmpty())
            .distinct()
            .collect(Collectors.joining(" or "));
    return words.isEmpty() ? FLOAT : words;
  }

  private String inWords(List<ProductForm> group) {
    ProductForm first = group.get(0);
    StringBuilder words = new StringBuilder(name(first)).append(": ").append(first.operator());
    words.append(counted(group, true, " products with weights"));
    if (count(products, false) > 0) {
      words.append(",").append(counted(group, false, " between activations"));
    }
    Set<String> weights = distinct(group, true);
    if (!weights.isEmpty()) {
      words.append("; weights ").append(String.join(" or ", weights));
    }
    if (first.kind() != Kind.WEIGHTS) {
      words.append(weights.isEmpty() ? "; " : ", ");
      words.append("activations ").append(String.join(" or ", distinct(group, false)));
    }
    return words.toString();
  }

  private String counted(List<ProductForm> group, boolean weighted, String of) {
    return " in " + count(group, weighted) + " of " + count(products, weighted) + of;
  }

  private static long count(List<ProductForm> of, boolean weighted) {
    return of.stream().filter(p -> p.weighted() == weighted).count();
  }

  private static Set<String> distinct(List<ProductForm> group, boolean weights) {
    return group.stream()
        .map(weights ? ProductForm::weights : ProductForm::activations)
        .filter(words -> !words.isEmpty())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** {@code int8 dynamic}; the numbers of the weights, of the activations where there are none. */
  private static String name(ProductForm product) {
    String grid = product.weights().isEmpty() ? product.activations() : product.weights();
    String type = grid.split(" ", 2)[0];
    String numbers = type.startsWith("uint") ? type.substring(1) : type;
    return numbers + " " + product.kind().label();
  }
}
