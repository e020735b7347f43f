package dev.tailgate.result.resource;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Text files that are part of this library. */
public final class ResourceText {
  private ResourceText() {}

  /**
   * The file {@code name} beside {@code owner}, in UTF-8.
   *
   * @throws IllegalStateException for a file that is not there: the library was packed without it
   */
  public static String beside(Class<?> owner, String name) {
    try (InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("reading " + name + ": it is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + name, e);
    }
  }
}
