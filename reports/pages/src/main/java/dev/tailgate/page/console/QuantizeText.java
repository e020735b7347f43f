package dev.tailgate.page.console;

import dev.tailgate.result.QuantizeReport;
import dev.tailgate.result.wording.Numbers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** A quantization for people: what was written, which kernels run, and what the numbers say. */
public final class QuantizeText {
  private static final String INDENT = "  ";
  private static final int EXAMPLES = 3;

  private QuantizeText() {}

  /** The text, ended by a line feed. */
  public static String render(QuantizeReport report) {
    StringBuilder out = new StringBuilder();
    QuantizeReport.Size size = report.size();
    out.append(
        String.format(
            Locale.ROOT,
            "Wrote %s: %,.1f MB, %.2f of the original's %,.1f MB; %.1f %% of its %s parameters are"
                + " quantized.\n",
            report.out(),
            size.bytesAfter() / 1e6,
            (double) size.bytesAfter() / size.bytesBefore(),
            size.bytesBefore() / 1e6,
            100.0 * size.quantizedParameters() / Math.max(1, size.parameters()),
            Numbers.count(size.parameters())));
    scheme(report, out);
    estimators(report.candidates(), out);
    coverage(report.products(), out);
    models(report.models(), out);
    if (!report.advice().isEmpty()) {
      out.append('\n');
      report.advice().forEach(sentence -> out.append("Note: " + sentence).append('\n'));
    }
    return out.toString();
  }

  private static void scheme(QuantizeReport report, StringBuilder out) {
    QuantizeReport.Scheme scheme = report.scheme();
    TextTable table =
        TextTable.ofWords()
            .row(
                "scheme",
                scheme.name() + ", placement " + report.placement() + ", " + report.form())
            .row("weights", scheme.quantizedWeights() + ": " + scheme.weights())
            .row(
                "activations",
                scheme.quantizedActivations()
                    + ": "
                    + scheme.activations()
                    + (scheme.calibrationBatches() > 0
                        ? ", over " + scheme.calibrationBatches() + " batches"
                        : ""));
    out.append(table.render(INDENT));
  }

  private static void estimators(List<QuantizeReport.Estimator> candidates, StringBuilder out) {
    if (candidates.isEmpty()) {
      return;
    }
    out.append('\n');
    out.append("Range estimators, by SQNR on the calibration data:").append('\n');
    TextTable table = TextTable.ofWords();
    candidates.forEach(c -> table.row(c.name(), decibels(c.sqnr()), c.chosen() ? "written" : ""));
    out.append(table.render(INDENT));
  }

  private static void coverage(List<QuantizeReport.Product> products, StringBuilder out) {
    out.append('\n');
    Map<String, Integer> kernels = new LinkedHashMap<>();
    int integer = 0;
    for (QuantizeReport.Product product : products) {
      if (product.runsInIntegers()) {
        kernels.merge(product.kernel(), 1, Integer::sum);
        integer++;
      }
    }
    StringBuilder names = new StringBuilder();
    kernels.forEach(
        (kernel, count) ->
            names.append(names.isEmpty() ? "" : ", ").append(count).append(' ').append(kernel));
    out.append(
        String.format(
            Locale.ROOT,
            "Kernels: %d of %d matrix products run in integers%s.\n",
            integer,
            products.size(),
            names.isEmpty() ? "" : " (" + names + ")"));
    reasons(products, out);
  }

  /** Products that are not integer, gathered by reason. */
  private static void reasons(List<QuantizeReport.Product> products, StringBuilder out) {
    Map<String, Group> groups = new LinkedHashMap<>();
    for (QuantizeReport.Product product : products) {
      if (!product.runsInIntegers()) {
        String key = product.outcome() + "\n" + product.reason();
        groups.computeIfAbsent(key, k -> new Group(product)).add(product.node());
      }
    }
    TextTable table = TextTable.ofWords();
    groups.values().forEach(g -> table.row(g.count, g.outcome, g.reason, g.nodes));
    out.append(table.render(INDENT));
  }

  private static final class Group {
    private final String outcome;
    private final String reason;
    private int count;
    private String nodes = "";

    Group(QuantizeReport.Product first) {
      outcome = first.outcome();
      reason = first.reason();
    }

    void add(String node) {
      count++;
      if (count <= EXAMPLES) {
        nodes = nodes.isEmpty() ? node : nodes + ", " + node;
      } else if (count == EXAMPLES + 1) {
        nodes = nodes + ", ...";
      }
    }
  }

  private static void models(QuantizeReport.Models models, StringBuilder out) {
    out.append('\n');
    out.append("On " + models.samples() + " samples (" + models.data() + "):").append('\n');
    TextTable table = TextTable.ofWords().row("", "float", "simulated", "deployed", "");
    for (QuantizeReport.Metric metric : models.metrics()) {
      table.row(
          metric.name(),
          number(metric, metric.fp()),
          number(metric, metric.simulated()),
          number(metric, OptionalDouble.of(metric.deployed())),
          note(metric));
    }
    out.append(table.render(INDENT));
    out.append(INDENT + fusion(models)).append('\n');
    out.append(
        String.format(
            Locale.ROOT,
            "%sA batch takes %.2f of the float model's time on this machine (float: %.0f ms).\n",
            INDENT,
            models.runTimeRatio(),
            1e3 * models.floatSeconds()));
    if (models.syntheticInputs()) {
      out.append(INDENT + "Inputs are made up; only differences mean anything. Give --data.")
          .append('\n');
    }
  }

  private static String fusion(QuantizeReport.Models models) {
    if (Double.isNaN(models.largestDifference())) {
      return "The deployed model has outputs that are not finite where the simulation's are.";
    }
    return String.format(
        Locale.ROOT,
        "Simulation and deployed model differ by %s at most, of outputs up to %s%s.",
        Numbers.compact(models.largestDifference()),
        Numbers.compact(models.largestOutput()),
        models.fusion().isEmpty() ? "" : " (" + decibels(models.fusion().get(0).deployed()) + ")");
  }

  private static String number(QuantizeReport.Metric metric, OptionalDouble value) {
    if (value.isEmpty()) {
      return "-";
    }
    boolean broken = Double.isNaN(value.getAsDouble()) && metric.unit().equals("dB");
    return broken ? Numbers.NOT_FINITE : Numbers.compact(value.getAsDouble());
  }

  private static String decibels(double ratio) {
    return Double.isNaN(ratio) ? Numbers.NOT_FINITE : Numbers.compact(ratio) + " dB";
  }

  private static String note(QuantizeReport.Metric metric) {
    String direction = metric.direction().replace('_', ' ');
    return metric.unit().equals("dB") || metric.unit().equals("nat")
        ? metric.unit() + ", " + direction
        : direction;
  }
}
