package dev.tailgate.page;

import dev.tailgate.file.Publication;
import dev.tailgate.page.html.CurePage;
import dev.tailgate.result.CureResult;
import dev.tailgate.result.RunResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes the proof of a cure into a folder: {@code cure.html}, and the report of its audits. */
public final class CureWriter {
  private CureWriter() {}

  /**
   * Writes the files and makes the folder if need be.
   *
   * @param audits of the cured, the rewritten and the original model
   * @return the files written, the proof first
   */
  public static List<Path> write(CureResult result, List<RunResult> audits, Path folder)
      throws IOException {
    String page = CurePage.render(result, audits);
    List<Path> written = new ArrayList<>(Publication.write(folder, Map.of("cure.html", page)));
    written.addAll(ReportWriter.write(audits, folder));
    return written;
  }
}
