package dev.tailgate.page;

import dev.tailgate.file.Publication;
import dev.tailgate.page.html.ComparePage;
import dev.tailgate.result.compare.Comparison;
import dev.tailgate.result.compare.ComparisonCsv;
import dev.tailgate.result.compare.ComparisonLatex;
import dev.tailgate.result.compare.ComparisonMarkdown;
import dev.tailgate.result.json.ComparisonJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a comparison into a folder, in every format; all files or none. */
public final class ComparisonWriter {
  private ComparisonWriter() {}

  /**
   * Writes the files and makes the folder if need be; returns the files written, the page first.
   */
  public static List<Path> write(Comparison comparison, Path folder) throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("compare.html", ComparePage.render(comparison));
    files.put("compare.md", ComparisonMarkdown.write(comparison));
    files.put("compare.csv", ComparisonCsv.write(comparison));
    files.put("compare.tex", ComparisonLatex.write(comparison));
    files.put("compare.json", ComparisonJson.write(comparison));
    return Publication.write(folder, files);
  }
}
