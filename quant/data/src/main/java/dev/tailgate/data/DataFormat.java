package dev.tailgate.data;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A kind of data: how it is recognised, what can be said about it, and how it is opened. Declared
 * beside what reads it, and listed once.
 *
 * @param id a word for it
 * @param names how users tell it, for messages; empty where another format says it too
 * @param options what can be said about it
 * @param recognises whether data is of this kind, by its name, its place or the model that reads it
 * @param opener opens such data
 */
public record DataFormat(
    String id,
    String names,
    List<OptionSet<?>> options,
    Predicate<Opening> recognises,
    Function<Opening, DataSource> opener) {
  /** Copies the list. */
  public DataFormat {
    options = List.copyOf(options);
  }
}
