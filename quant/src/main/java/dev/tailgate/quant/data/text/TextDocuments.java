package dev.tailgate.quant.data.text;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads a UTF-8 text document by document: a line each, or, where blank lines occur early in the
 * file, a block between blank lines each. Documents beyond {@link #LONGEST} characters are cut at a
 * space, so that a file without line ends does not fill the memory. Malformed bytes become U+FFFD.
 */
final class TextDocuments implements Closeable {
  private static final int LONGEST = 1 << 16;

  private final BufferedReader reader;
  private final boolean hasBlocks;
  private final StringBuilder pending = new StringBuilder();
  private boolean atEnd;

  TextDocuments(Path path) throws IOException {
    this.reader =
        new BufferedReader(
            new InputStreamReader(
                Files.newInputStream(path),
                StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE)),
            LONGEST);
    reader.mark(LONGEST);
    char[] head = new char[LONGEST - 1];
    int length = Math.max(0, reader.read(head, 0, head.length));
    reader.reset();
    this.hasBlocks = new String(head, 0, length).lines().skip(1).anyMatch(String::isBlank);
  }

  /** The next document without blank ends; empty at the end of the file. */
  Optional<String> next() throws IOException {
    while (!atEnd) {
      String line = line();
      boolean endsBlock = atEnd || !hasBlocks || line.isBlank();
      if (!line.isBlank()) {
        pending.append(line);
      }
      if ((endsBlock || pending.length() >= LONGEST) && pending.length() > 0) {
        String document = pending.toString().strip();
        pending.setLength(0);
        if (!document.isEmpty()) {
          return Optional.of(document);
        }
      }
    }
    return Optional.empty();
  }

  /** The next line with its line feed, or a part of one that is very long. */
  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int c = reader.read();
      if (c < 0) {
        atEnd = true;
        return line.toString();
      }
      if (c != '\r') {
        line.append((char) c);
      }
      boolean isFull = line.length() >= LONGEST && Character.isWhitespace(c);
      if (c == '\n' || isFull || line.length() >= 2 * LONGEST) {
        return line.toString();
      }
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
