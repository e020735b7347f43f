package dev.tailgate.page.console;

import dev.tailgate.result.Inspection;
import dev.tailgate.result.NearMiss;
import dev.tailgate.result.StoredQuantization;
import dev.tailgate.result.wording.PlainText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An inspection for people: everything about sites, and taps summed up by role. */
public final class InspectionText {
  private static final String INDENT = "  ";

  private InspectionText() {}

  /** The text, ended by a line feed. */
  public static String render(Inspection inspection) {
    StringBuilder out = new StringBuilder();
    file(inspection.model(), out);
    inspection.quantization().ifPresent(found -> quantization(found, out));
    values("Inputs", inspection.inputs(), out);
    values("Outputs", inspection.outputs(), out);
    sites(inspection.sites(), out);
    notSites(inspection.notSites(), out);
    taps(inspection, out);
    inspection
        .warnings()
        .forEach(warning -> out.append("warning: ").append(PlainText.of(warning)).append('\n'));
    return out.toString();
  }

  private static void file(Inspection.File file, StringBuilder out) {
    out.append(file.path()).append('\n');
    TextTable table =
        TextTable.ofWords()
            .row("opset", entries(file.opsets()) + ", IR version " + file.irVersion())
            .row("producer", file.producer().isEmpty() ? "not stated" : file.producer())
            .row("graph", graph(file))
            .row("parameters", String.format(Locale.ROOT, "%,d", file.parameters()))
            .row("file", bytes(file.fileBytes()))
            .row("external data", external(file));
    out.append(table.render(INDENT));
  }

  private static void quantization(StoredQuantization found, StringBuilder out) {
    out.append('\n').append("Quantized already:").append('\n');
    found.schemes().forEach(scheme -> out.append(INDENT).append(scheme).append('\n'));
    if (!found.complete()) {
      TextTable table = TextTable.ofWords();
      found.products().stream()
          .filter(p -> p.kind().equals("float") && !p.weights().isEmpty())
          .forEach(p -> table.row(p.node(), p.operator(), "weights in float"));
      out.append(table.render(INDENT));
    }
  }

  private static String graph(Inspection.File file) {
    return file.nodes()
        + " nodes"
        + (file.functions() > 0 ? ", functions " + file.functions() : "");
  }

  private static String external(Inspection.File file) {
    return file.externalFiles().isEmpty()
        ? "none"
        : bytes(file.externalBytes()) + " in " + String.join(", ", file.externalFiles());
  }

  private static String entries(Map<String, ?> map) {
    return map.entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String bytes(long bytes) {
    return bytes < 1_000_000
        ? String.format(Locale.ROOT, "%,d bytes", bytes)
        : String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
  }

  private static void values(String title, List<Inspection.Value> values, StringBuilder out) {
    out.append('\n');
    out.append(title).append('\n');
    TextTable table = TextTable.ofWords();
    for (Inspection.Value value : values) {
      String dims =
          value
              .shape()
              .map(shape -> "[" + String.join(", ", shape) + "]")
              .orElse("shape not stated");
      table.row(value.name(), value.type(), dims);
    }
    out.append(table.render(INDENT));
  }

  private static void sites(List<Inspection.Site> sites, StringBuilder out) {
    out.append('\n');
    out.append("Attention sites: " + sites.size()).append('\n');
    TextTable table = TextTable.ofWords();
    for (Inspection.Site site : sites) {
      String gate = site.gate().equals("none") ? "" : ", " + site.gate() + " gate";
      String place = site.place().isEmpty() ? "" : ", in " + site.place();
      table.row(
          site.number(), site.id(), site.kind(), site.normaliser() + gate, site.mask() + place);
    }
    out.append(table.render(INDENT));
  }

  private static void notSites(List<NearMiss> notSites, StringBuilder out) {
    out.append('\n');
    out.append("Not sites: " + notSites.size()).append('\n');
    TextTable table = TextTable.ofWords();
    notSites.forEach(n -> table.row(n.node(), n.reason()));
    out.append(table.render(INDENT));
  }

  private static void taps(Inspection inspection, StringBuilder out) {
    Map<String, List<Inspection.Measurable>> byRole = new LinkedHashMap<>();
    for (Inspection.Measurable tap : inspection.taps()) {
      for (String role : tap.roles()) {
        byRole.computeIfAbsent(role, r -> new ArrayList<>()).add(tap);
      }
    }
    out.append('\n');
    out.append("Taps: " + inspection.taps().size() + ", by role (one may have several):")
        .append('\n');
    TextTable table = TextTable.ofWords();
    byRole.forEach((role, taps) -> table.row(role, taps.size(), "first: " + taps.get(0).tensor()));
    out.append(table.render(INDENT));
    out.append('\n');
    out.append("Norms: " + inspection.normStyle()).append('\n');
    out.append("Tap presets: " + entries(inspection.presets())).append('\n');
    out.append("--taps auto takes " + inspection.autoPreset() + ".").append('\n');
  }
}
