package dev.tailgate.cli.reference;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The recipes that the built-in families are trained by, as text. */
public final class BuiltInRecipes {
  private static final String FOLDER = "/dev/tailgate/testdata/recipes/";

  private BuiltInRecipes() {}

  /** Their names, which are those of the families. */
  public static List<String> names() {
    return Arrays.stream(ReferenceFamily.values()).map(ReferenceFamily::label).toList();
  }

  /** The recipe of that name. */
  public static Optional<String> text(String name) {
    if (!names().contains(name)) {
      return Optional.empty();
    }
    String resource = FOLDER + name + ".yaml";
    try (InputStream in = BuiltInRecipes.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("Tailgate was built without " + resource);
      }
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Failed reading the built-in recipe " + name, e);
    }
  }
}
