package dev.tailgate.data.text;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads a UTF-8 text document by document: a line each, or, where blank lines occur early in the
 * file, a block between blank lines each. Documents beyond {@link #LONGEST} bytes are cut at a
 * space, so that a file without line ends does not fill the memory. Malformed bytes become U+FFFD.
 */
final class TextDocuments implements Closeable {
  /**
   * One document without blank ends.
   *
   * @param line number of its first line, from 1
   */
  record Document(String text, long line) {}

  private static final int LONGEST = 1 << 16;

  private final SeekableByteChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(LONGEST).flip();
  private final boolean hasBlocks;
  private long line;
  private boolean atEnd;

  /** From the first document. */
  TextDocuments(Path path) throws IOException {
    this(path, TextPlace.START);
  }

  /** From a {@link #place()} of another reader of the same file. */
  TextDocuments(Path path, TextPlace from) throws IOException {
    this.channel = Files.newByteChannel(path);
    try {
      fill();
      String head = new String(buffer.array(), 0, buffer.limit(), StandardCharsets.UTF_8);
      this.hasBlocks = head.lines().skip(1).anyMatch(String::isBlank);
      channel.position(from.offset());
      buffer.limit(0);
      this.line = from.line();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Where the next document begins, blank lines before it included. */
  TextPlace place() throws IOException {
    return new TextPlace(channel.position() - buffer.remaining(), line);
  }

  /** The next document; empty at the end of the file. */
  Optional<Document> next() throws IOException {
    ByteArrayOutputStream pending = new ByteArrayOutputStream();
    long first = line;
    while (!atEnd) {
      long number = line;
      String text = readLine();
      if (!text.isBlank()) {
        first = pending.size() == 0 ? number : first;
        pending.writeBytes(text.getBytes(StandardCharsets.UTF_8));
      }
      boolean endsBlock = atEnd || !hasBlocks || text.isBlank();
      if ((endsBlock || pending.size() >= LONGEST) && pending.size() > 0) {
        return Optional.of(new Document(pending.toString(StandardCharsets.UTF_8).strip(), first));
      }
    }
    return Optional.empty();
  }

  /** The next line with its line feed, or a part of one that is very long. */
  private String readLine() throws IOException {
    boolean isStart = place().offset() == 0;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean isEnd = false;
    while (!isEnd) {
      int next = peek();
      boolean isCharacterStart = (next & 0xC0) != 0x80;
      if (next < 0 || (bytes.size() >= 2 * LONGEST && isCharacterStart)) {
        atEnd = next < 0;
        break;
      }
      buffer.get();
      if (next != '\r') {
        bytes.write(next);
      }
      line += next == '\n' ? 1 : 0;
      isEnd = next == '\n' || (bytes.size() >= LONGEST && Character.isWhitespace(next));
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    return isStart && text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** The next byte, or -1 at the end of the file. */
  private int peek() throws IOException {
    if (!buffer.hasRemaining()) {
      fill();
    }
    return buffer.hasRemaining() ? Byte.toUnsignedInt(buffer.get(buffer.position())) : -1;
  }

  private void fill() throws IOException {
    buffer.clear();
    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
      // A channel may hand out less than asked for.
    }
    buffer.flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
