package dev.tailgate.quant.calibrate;

import dev.tailgate.onnx.ir.PartialFile;
import java.io.BufferedInputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The file of an unfinished calibration: a mark, the fingerprint of what is being calibrated, the
 * state, and a checksum of it all. A new state takes the place of the old one in one step.
 */
final class StateStore {
  private static final long MARK = 0x5447_4341_4c49_4201L;
  private static final int FINGERPRINT_BYTES = 32;

  /** Writes a state. */
  interface Writer {
    void write(DataOutput out) throws IOException;
  }

  /** Reads a state from a file of {@code size} bytes. */
  interface Reader {
    void read(DataInput in, long size) throws IOException;
  }

  private final Path file;
  private final byte[] fingerprint;

  StateStore(Path file, byte[] fingerprint) {
    this.file = file;
    this.fingerprint = fingerprint.clone();
  }

  void save(Writer state) {
    try {
      PartialFile.replace(
          file,
          raw -> {
            CRC32 sum = new CRC32();
            DataOutputStream out = new DataOutputStream(new CheckedOutputStream(raw, sum));
            out.writeLong(MARK);
            out.write(fingerprint);
            state.write(out);
            out.writeLong(sum.getValue());
            out.flush();
          });
    } catch (IOException e) {
      throw new UncheckedIOException("Writing " + file, e);
    }
  }

  /**
   * Reads the state, if there is a file.
   *
   * @return whether there was one
   * @throws CalibrationException for a file of another calibration, or none at all
   */
  boolean load(Reader state) {
    if (!Files.exists(file)) {
      return false;
    }
    try {
      long size = Files.size(file);
      requireWhole(size);
      try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
          DataInputStream in = new DataInputStream(raw)) {
        in.readLong();
        byte[] of = in.readNBytes(FINGERPRINT_BYTES);
        if (!Arrays.equals(of, fingerprint)) {
          throw new CalibrationException(
              "Failed to resume: expected "
                  + file
                  + " to be of this model, data and settings, found another calibration. Use the"
                  + " same ones, or begin anew without resuming.");
        }
        state.read(in, size);
      }
      return true;
    } catch (IOException | IllegalArgumentException e) {
      throw damaged();
    }
  }

  private void requireWhole(long size) throws IOException {
    int least = 2 * Long.BYTES + FINGERPRINT_BYTES;
    if (size < least) {
      throw damaged();
    }
    CRC32 sum = new CRC32();
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        DataInputStream in = new DataInputStream(new CheckedInputStream(raw, sum))) {
      long mark = in.readLong();
      in.skipNBytes(size - 2 * Long.BYTES);
      long expected = sum.getValue();
      if (mark != MARK || in.readLong() != expected) {
        throw damaged();
      }
    }
  }

  private CalibrationException damaged() {
    return new CalibrationException(
        "Failed to resume: expected a whole calibration state, found something else in "
            + file
            + ". Begin anew without resuming.");
  }

  /** Removes the file, which has served its purpose. */
  void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Removing " + file, e);
    }
  }
}
