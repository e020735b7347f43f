package dev.tailgate.reports.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Style and script of the pages, which lie beside this class. */
final class PageResource {
  /** The style of every page. */
  static final String STYLE = read("report.css");

  /** The script of the report. */
  static final String SCRIPT = read("report.js");

  /** The content policy's word for {@link #SCRIPT}, and for nothing else. */
  static final String SCRIPT_SOURCE = "sha256-" + hash(SCRIPT);

  private PageResource() {}

  private static String read(String name) {
    try (InputStream in = PageResource.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("reading " + name + ": it is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + name, e);
    }
  }

  private static String hash(String text) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return Base64.getEncoder().encodeToString(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
