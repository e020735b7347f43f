package dev.tailgate.page;

import dev.tailgate.file.Publication;
import dev.tailgate.page.html.LabPage;
import dev.tailgate.result.json.LabResultJson;
import dev.tailgate.result.lab.LabResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes what the laboratory found into a folder: {@code lab.html} and {@code lab.json}. */
public final class LabWriter {
  private LabWriter() {}

  /**
   * Writes the files and makes the folder if need be.
   *
   * @return the files written, the page first
   */
  public static List<Path> write(LabResult result, Path folder) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("lab.html", LabPage.render(result));
    texts.put("lab.json", LabResultJson.write(result));
    return Publication.write(folder, texts);
  }
}
