package dev.tailgate.page.html;

import dev.tailgate.page.chart.Stylesheet;
import dev.tailgate.result.resource.ResourceText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Style and script of the pages, which lie beside this class. */
final class PageResource {
  /** The style of the report. */
  static final String STYLE = Stylesheet.css() + read("report.css");

  /** The style of a comparison. */
  static final String COMPARE_STYLE = STYLE + read("compare.css");

  /** The script of the report. */
  static final String SCRIPT = read("report.js");

  /** The content policy's word for {@link #SCRIPT}, and for nothing else. */
  static final String SCRIPT_SOURCE = source(SCRIPT);

  private PageResource() {}

  /** The content policy's word for a script. */
  static String source(String script) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] hash = sha.digest(script.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String read(String name) {
    return ResourceText.beside(PageResource.class, name);
  }
}
