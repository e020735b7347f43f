package dev.tailgate.cli.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.tailgate.file.json.JsonFault;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads a {@code tailgate.yaml}, token by token: nothing is built of it but {@link Setting}s. Keys
 * are options, or commands with options below them; values are scalars, lists and mappings of
 * scalars. Anchors stand for nothing, so that a short file cannot become a long one.
 */
final class ConfigFile {
  /** Characters; longer files are no defaults. */
  private static final int LONGEST = 1 << 16;

  private final String name;
  private final Set<String> commands;
  private final YAMLParser parser;
  private final List<Setting> settings = new ArrayList<>();

  private ConfigFile(String name, Set<String> commands, YAMLParser parser) {
    this.name = name;
    this.commands = commands;
    this.parser = parser;
  }

  /**
   * What {@code file} says, in its order.
   *
   * @param commands keys with options below them
   * @throws ConfigException for anything else
   */
  static List<Setting> read(Path file, Set<String> commands) {
    String name = file.toString();
    try {
      if (Files.isRegularFile(file) && Files.size(file) > LONGEST) {
        throw new ConfigException(name, 1, "expected at most " + LONGEST + " bytes");
      }
      try (YAMLParser parser = new YAMLFactory().createParser(Files.readString(file))) {
        ConfigFile read = new ConfigFile(name, commands, parser);
        read.document();
        return List.copyOf(read.settings);
      }
    } catch (JsonProcessingException e) {
      throw new ConfigException(name + ", " + JsonFault.of(e).message(), e);
    } catch (CharacterCodingException e) {
      throw new ConfigException(
          "Failed reading " + name + ": expected UTF-8, found bytes that are none", e);
    } catch (IOException e) {
      throw new ConfigException("Failed reading " + name + ": it cannot be read", e);
    }
  }

  private void document() throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null || first == JsonToken.VALUE_NULL) {
      return;
    }
    if (first != JsonToken.START_OBJECT) {
      throw refusal("expected options, such as 'scheme: w4a8'");
    }
    options("");
    if (parser.nextToken() != null) {
      throw refusal("expected one document");
    }
  }

  private void options(String command) throws IOException {
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      if (!seen.add(key)) {
        throw refusal("'" + key + "' stands here twice");
      }
      int line = line();
      JsonToken value = parser.nextToken();
      if (command.isEmpty() && commands.contains(key)) {
        if (value != JsonToken.START_OBJECT) {
          throw refusal("'" + key + "' is a command: expected its options below it");
        }
        options(key);
      } else {
        settings.add(setting(command, key, value, line));
      }
    }
  }

  private Setting setting(String command, String key, JsonToken value, int line)
      throws IOException {
    List<String> values = new ArrayList<>();
    switch (value) {
      case START_ARRAY -> {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          values.add(scalar(key));
        }
      }
      case START_OBJECT -> {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          values.add(name + "=" + scalar(key));
        }
      }
      default -> {
        return new Setting(command, key, List.of(scalar(key)), true, line);
      }
    }
    return new Setting(command, key, values, false, line);
  }

  private String scalar(String key) throws IOException {
    if (parser.isCurrentAlias()) {
      throw refusal("'" + key + "' has an alias; write the value itself");
    }
    if (!parser.currentToken().isScalarValue() || parser.currentToken() == JsonToken.VALUE_NULL) {
      throw refusal("'" + key + "' expected a value, or a list of values");
    }
    return parser.getText();
  }

  private ConfigException refusal(String message) {
    return new ConfigException(name, line(), message);
  }

  private int line() {
    return parser.currentTokenLocation().getLineNr();
  }
}
