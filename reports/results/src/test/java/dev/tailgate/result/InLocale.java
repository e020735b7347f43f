package dev.tailgate.result;

import java.util.Locale;
import java.util.function.Supplier;

/** Runs code as a machine of another language would. */
public final class InLocale {
  private InLocale() {}

  /** The value made under that default locale; the former one is put back. */
  public static <T> T of(String languageTag, Supplier<T> code) {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag(languageTag));
    try {
      return code.get();
    } finally {
      Locale.setDefault(before);
    }
  }
}
