package dev.tailgate.data.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Records of equal length in a file. Each is read by a file handle of its own: opening costs some
 * microseconds, and readers that are given up hold nothing open.
 */
final class FileRecords {
  private FileRecords() {}

  /** The {@code bytes} bytes of record {@code index}, the first of which is at {@code start}. */
  static byte[] read(Path file, long start, int bytes, long index) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    try (FileChannel channel = FileChannel.open(file)) {
      long position = start + index * bytes;
      while (buffer.hasRemaining()) {
        int read = channel.read(buffer, position + buffer.position());
        if (read < 0) {
          throw new EOFException();
        }
      }
    } catch (IOException e) {
      throw IdxHeader.broken(
          file, "row " + (index + 1) + " of " + bytes + " bytes", ReadFailure.inWords(e));
    }
    return buffer.array();
  }
}
