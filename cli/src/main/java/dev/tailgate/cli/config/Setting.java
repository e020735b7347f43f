package dev.tailgate.cli.config;

import java.util.List;

/**
 * One key of a {@code tailgate.yaml}.
 *
 * @param command the command it is for; empty for all
 * @param key the name of an option without dashes
 * @param values of a list its elements, of a mapping {@code KEY=VALUE}
 * @param isScalar whether it is neither a list nor a mapping
 * @param line where it stands, from 1
 */
record Setting(String command, String key, List<String> values, boolean isScalar, int line) {
  Setting {
    values = List.copyOf(values);
  }
}
