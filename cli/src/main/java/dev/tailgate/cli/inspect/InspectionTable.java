package dev.tailgate.cli.inspect;

import dev.tailgate.page.console.TextTable;
import dev.tailgate.result.Inspection;
import dev.tailgate.result.NearMiss;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An inspection for people: everything about sites, and taps summed up by role. */
public final class InspectionTable {
  private static final String INDENT = "  ";

  private InspectionTable() {}

  /** Prints {@code inspection}. */
  public static void print(Inspection inspection, PrintWriter out) {
    file(inspection.model(), out);
    values("Inputs", inspection.inputs(), out);
    values("Outputs", inspection.outputs(), out);
    sites(inspection.sites(), out);
    notSites(inspection.notSites(), out);
    taps(inspection, out);
  }

  private static void file(Inspection.File file, PrintWriter out) {
    out.println(file.path());
    TextTable table =
        TextTable.ofWords()
            .row("opset", entries(file.opsets()) + ", IR version " + file.irVersion())
            .row("producer", file.producer().isEmpty() ? "not stated" : file.producer())
            .row("graph", graph(file))
            .row("parameters", String.format(Locale.ROOT, "%,d", file.parameters()))
            .row("file", bytes(file.fileBytes()))
            .row("external data", external(file));
    table.print(out, INDENT);
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

  private static void values(String title, List<Inspection.Value> values, PrintWriter out) {
    out.println();
    out.println(title);
    TextTable table = TextTable.ofWords();
    for (Inspection.Value value : values) {
      String dims =
          value
              .shape()
              .map(shape -> "[" + String.join(", ", shape) + "]")
              .orElse("shape not stated");
      table.row(value.name(), value.type(), dims);
    }
    table.print(out, INDENT);
  }

  private static void sites(List<Inspection.Site> sites, PrintWriter out) {
    out.println();
    out.println("Attention sites: " + sites.size());
    TextTable table = TextTable.ofWords();
    for (Inspection.Site site : sites) {
      String gate = site.gate().equals("none") ? "" : ", " + site.gate() + " gate";
      String place = site.place().isEmpty() ? "" : ", in " + site.place();
      table.row(
          site.number(), site.id(), site.kind(), site.normaliser() + gate, site.mask() + place);
    }
    table.print(out, INDENT);
  }

  private static void notSites(List<NearMiss> notSites, PrintWriter out) {
    out.println();
    out.println("Not sites: " + notSites.size());
    TextTable table = TextTable.ofWords();
    notSites.forEach(n -> table.row(n.node(), n.reason()));
    table.print(out, INDENT);
  }

  private static void taps(Inspection inspection, PrintWriter out) {
    Map<String, List<Inspection.Measurable>> byRole = new LinkedHashMap<>();
    for (Inspection.Measurable tap : inspection.taps()) {
      for (String role : tap.roles()) {
        byRole.computeIfAbsent(role, r -> new ArrayList<>()).add(tap);
      }
    }
    out.println();
    out.println("Taps: " + inspection.taps().size() + ", by role (one may have several):");
    TextTable table = TextTable.ofWords();
    byRole.forEach((role, taps) -> table.row(role, taps.size(), "first: " + taps.get(0).tensor()));
    table.print(out, INDENT);
    out.println();
    out.println("Norms: " + inspection.normStyle());
    out.println("Tap presets: " + entries(inspection.presets()));
    out.println("--taps auto takes " + inspection.autoPreset() + ".");
  }
}
