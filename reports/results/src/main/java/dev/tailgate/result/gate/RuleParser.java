package dev.tailgate.result.gate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailgate.result.metric.GateMetric;
import dev.tailgate.result.metric.Metrics;
import dev.tailgate.result.metric.TapSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Turns the tree of a rule file into rules, or says where it is not one. */
final class RuleParser {
  private static final int VERSION = 1;
  private static final long MIN_SAMPLES = 16;
  private static final Set<String> BOUNDS =
      Set.of("min", "max", "max_increase", "max_decrease", "max_rise", "max_fall");
  private static final Set<String> RULE =
      Set.of(
          "id",
          "metric",
          "taps",
          "confident",
          "severity",
          "reason",
          "min",
          "max",
          "max_increase",
          "max_decrease",
          "max_rise",
          "max_fall");

  private final String source;

  RuleParser(String source) {
    this.source = source;
  }

  GateRules rules(JsonNode tree) {
    requireObject(tree, "the file");
    onlyKeys(tree, "the file", Set.of("version", "require", "rules"));
    if (!tree.path("version").isInt() || tree.path("version").asInt() != VERSION) {
      throw wrong("version", "expected " + VERSION + ", found " + shown(tree.path("version")));
    }
    JsonNode require = tree.path("require");
    if (!require.isMissingNode()) {
      requireObject(require, "require");
      onlyKeys(require, "require", Set.of("min_samples", "synthetic"));
    }
    if (!tree.path("rules").isArray()) {
      throw wrong("rules", "expected a list, found " + shown(tree.path("rules")));
    }
    List<GateRule> rules = new ArrayList<>();
    for (JsonNode rule : tree.path("rules")) {
      rules.add(rule(rule, "rules[" + rules.size() + "]"));
    }
    try {
      return new GateRules(minSamples(require), flag(require, "synthetic", "require"), rules);
    } catch (IllegalArgumentException e) {
      throw wrong("rules", String.valueOf(e.getMessage()));
    }
  }

  private long minSamples(JsonNode require) {
    JsonNode node = require.path("min_samples");
    if (node.isMissingNode()) {
      return MIN_SAMPLES;
    }
    if (!node.isIntegralNumber() || node.asLong() < 0) {
      throw wrong("require.min_samples", "expected a whole number from 0, found " + shown(node));
    }
    return node.asLong();
  }

  private GateRule rule(JsonNode node, String at) {
    requireObject(node, at);
    onlyKeys(node, at, RULE);
    String name = text(node, "metric", at).orElseThrow(() -> wrong(at, "it has no metric"));
    GateMetric metric =
        Metrics.gate(name)
            .orElseThrow(
                () ->
                    wrong(
                        at + ".metric",
                        "expected one of "
                            + Metrics.gates().stream()
                                .map(GateMetric::id)
                                .collect(Collectors.joining(", "))
                            + ", found "
                            + name));
    if (node.has("taps") && !metric.overTaps()) {
      throw wrong(at + ".taps", metric.id() + " is not taken over selected taps; use tap_...");
    }
    try {
      return new GateRule(
          text(node, "id", at).orElse(name),
          metric,
          selector(node.path("taps"), at + ".taps"),
          bound(node, at),
          flag(node, "confident", at),
          severity(text(node, "severity", at), at),
          text(node, "reason", at).orElse(""));
    } catch (IllegalArgumentException e) {
      throw wrong(at, String.valueOf(e.getMessage()));
    }
  }

  private Bound bound(JsonNode node, String at) {
    Optional<Double> min = number(node, "min", at);
    Optional<Double> max = number(node, "max", at);
    Optional<Double> increase = number(node, "max_increase", at);
    Optional<Double> decrease = number(node, "max_decrease", at);
    Optional<Double> rise = number(node, "max_rise", at);
    Optional<Double> fall = number(node, "max_fall", at);
    int kinds = either(min, max) + either(increase, decrease) + either(rise, fall);
    if (kinds != 1) {
      throw wrong(
          at,
          (kinds == 0 ? "it has no bound" : "it has bounds of several kinds")
              + ", expected one of min and max, of max_increase and max_decrease, or of max_rise"
              + " and max_fall");
    }
    if (either(min, max) == 1) {
      return new Bound.Absolute(min, max);
    }
    return either(increase, decrease) == 1
        ? new Bound.Relative(increase, decrease)
        : new Bound.Distance(rise, fall);
  }

  private static int either(Optional<Double> one, Optional<Double> other) {
    return one.isPresent() || other.isPresent() ? 1 : 0;
  }

  private TapSelector selector(JsonNode node, String at) {
    if (node.isMissingNode()) {
      return TapSelector.ALL;
    }
    requireObject(node, at);
    onlyKeys(node, at, Set.of("role", "layer", "tensor"));
    JsonNode layer = node.path("layer");
    if (!layer.isMissingNode() && !layer.isInt()) {
      throw wrong(at + ".layer", "expected a whole number, found " + shown(layer));
    }
    return new TapSelector(
        text(node, "role", at),
        layer.isMissingNode() ? OptionalInt.empty() : OptionalInt.of(layer.asInt()),
        text(node, "tensor", at));
  }

  private Severity severity(Optional<String> text, String at) {
    Map<String, Severity> known = Map.of("error", Severity.ERROR, "warning", Severity.WARNING);
    String name = text.orElse("error").toLowerCase(Locale.ROOT);
    return Optional.ofNullable(known.get(name))
        .orElseThrow(() -> wrong(at + ".severity", "expected error or warning, found " + name));
  }

  private Optional<Double> number(JsonNode node, String key, String at) {
    JsonNode value = node.path(key);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    boolean isDistance = BOUNDS.contains(key) && !key.equals("min") && !key.equals("max");
    if (!value.isNumber() || (isDistance && value.asDouble() < 0)) {
      throw wrong(
          at + "." + key,
          "expected a number" + (isDistance ? " from 0" : "") + ", found " + shown(value));
    }
    return Optional.of(value.asDouble());
  }

  private Optional<String> text(JsonNode node, String key, String at) {
    JsonNode value = node.path(key);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw wrong(at + "." + key, "expected a text, found " + shown(value));
    }
    return Optional.of(value.asText());
  }

  private boolean flag(JsonNode node, String key, String at) {
    JsonNode value = node.path(key);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw wrong(at + "." + key, "expected true or false, found " + shown(value));
    }
    return value.asBoolean(false);
  }

  private void requireObject(JsonNode node, String at) {
    if (!node.isObject()) {
      throw wrong(at, "expected keys and values, found " + shown(node));
    }
  }

  private void onlyKeys(JsonNode node, String at, Set<String> known) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!known.contains(field.getKey())) {
        throw wrong(
            at,
            "the key "
                + field.getKey()
                + " is not known, expected "
                + known.stream().sorted().collect(Collectors.joining(", ")));
      }
    }
  }

  private static String shown(JsonNode node) {
    if (node.isMissingNode()) {
      return "nothing";
    }
    String text = node.toString();
    return text.length() > 80 ? text.substring(0, 80) + "..." : text;
  }

  private GateRulesException wrong(String at, String problem) {
    return new GateRulesException("Reading rules from " + source + ", " + at + ": " + problem);
  }
}
