package dev.tailgate.data;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What users can say about data of one format: flags, and the record that they make.
 *
 * @param <O> the record
 */
public final class OptionSet<O> {
  private static final Flag.Values NOTHING =
      new Flag.Values() {
        @Override
        public <T> Optional<T> get(Flag<T> flag) {
          return Optional.empty();
        }
      };

  private final String title;
  private final List<Flag<?>> flags;
  private final Function<Flag.Values, O> reader;

  /**
   * Options that are written as {@code flags}, in the order of the help, where they stand under
   * {@code title}.
   */
  public OptionSet(String title, List<Flag<?>> flags, Function<Flag.Values, O> reader) {
    this.title = title;
    this.flags = List.copyOf(flags);
    this.reader = reader;
  }

  /** What they are about, such as {@code Images}. */
  public String title() {
    return title;
  }

  /** As users write them. */
  public List<Flag<?>> flags() {
    return flags;
  }

  /** What {@code values} ask for. */
  public O read(Flag.Values values) {
    return reader.apply(values);
  }

  /** What holds where nothing is asked for. */
  public O defaults() {
    return read(NOTHING);
  }
}
