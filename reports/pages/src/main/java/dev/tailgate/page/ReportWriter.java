package dev.tailgate.page;

import dev.tailgate.file.Publication;
import dev.tailgate.page.chart.ChartSet;
import dev.tailgate.page.chart.ChartSpec;
import dev.tailgate.page.chart.SvgChart;
import dev.tailgate.page.html.HtmlReport;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.json.RunResultJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes everything about some results into a folder.
 *
 * <p>{@code result.json} is the first result, {@code result-2.json} and so on those beside it;
 * {@code report.html} and the chart files show all of them. Each file is written beside its place
 * and then renamed, after all of them could be written: a reader sees old files or new ones, never
 * half of one. Charts and further results of an earlier report that this one does not have are
 * removed.
 */
public final class ReportWriter {
  private ReportWriter() {}

  /**
   * Writes the files and makes the folder if need be.
   *
   * @param results the model the report is about, then any that stand beside it
   * @return the files written, {@code report.html} first
   */
  public static List<Path> write(List<RunResult> results, Path outDir) throws IOException {
    Map<String, String> files = new LinkedHashMap<>(views(results));
    for (int i = 0; i < results.size(); i++) {
      files.put(resultFile(i), RunResultJson.write(results.get(i)));
    }
    List<Path> written = Publication.write(outDir, files);
    List<String> ours = new ArrayList<>(ChartSet.FILES);
    for (int i = results.size(); Files.exists(outDir.resolve(resultFile(i))); i++) {
      ours.add(resultFile(i));
    }
    removeStale(outDir, files, ours);
    return written;
  }

  /**
   * Writes {@code report.html} and the charts alone, and leaves all results as they are: a file of
   * another version may hold more than this one reads.
   */
  public static List<Path> writeViews(List<RunResult> results, Path outDir) throws IOException {
    Map<String, String> files = views(results);
    List<Path> written = Publication.write(outDir, files);
    removeStale(outDir, files, ChartSet.FILES);
    return written;
  }

  private static Map<String, String> views(List<RunResult> results) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("report.html", HtmlReport.render(results));
    List<ChartSpec> charts = ChartSet.of(results).inFileOrder();
    for (int i = 0; i < charts.size(); i++) {
      files.put(ChartSet.FILES.get(i), SvgChart.file(charts.get(i)));
    }
    return files;
  }

  private static String resultFile(int position) {
    return position == 0 ? "result.json" : "result-" + (position + 1) + ".json";
  }

  private static void removeStale(Path outDir, Map<String, String> written, List<String> ours)
      throws IOException {
    for (String name : ours) {
      if (!written.containsKey(name)) {
        Files.deleteIfExists(outDir.resolve(name));
      }
    }
  }
}
