package dev.tailgate.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How data is read where the file leaves it open: the options of each format that differ from its
 * defaults.
 */
public final class FormatOptions {
  /** What is read without further options. */
  public static final FormatOptions DEFAULT = new FormatOptions(Map.of());

  private final Map<OptionSet<?>, Object> asked;

  private FormatOptions(Map<OptionSet<?>, Object> asked) {
    this.asked = Map.copyOf(asked);
  }

  /** What {@code values} ask of each of the {@code sets}. */
  public static FormatOptions of(List<OptionSet<?>> sets, Flag.Values values) {
    FormatOptions options = DEFAULT;
    for (OptionSet<?> set : sets) {
      options = options.read(set, values);
    }
    return options;
  }

  private <O> FormatOptions read(OptionSet<O> set, Flag.Values values) {
    return with(set, set.read(values));
  }

  /** The options of one format. */
  @SuppressWarnings("unchecked") // with() lets no other type in
  public <O> O get(OptionSet<O> set) {
    Object value = asked.get(set);
    return value == null ? set.defaults() : (O) value;
  }

  /** The same with other options of one format. */
  public <O> FormatOptions with(OptionSet<O> set, O value) {
    Map<OptionSet<?>, Object> changed = new HashMap<>(asked);
    changed.remove(set);
    if (!value.equals(set.defaults())) {
      changed.put(set, value);
    }
    return new FormatOptions(changed);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FormatOptions options && options.asked.equals(asked);
  }

  @Override
  public int hashCode() {
    return asked.hashCode();
  }

  @Override
  public String toString() {
    return asked.values().toString();
  }
}
