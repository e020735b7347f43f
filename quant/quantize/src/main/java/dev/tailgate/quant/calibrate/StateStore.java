package dev.tailgate.quant.calibrate;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.tailgate.file.Publication;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The file of an unfinished calibration: a mark, the fingerprint of what is being calibrated, the
 * state as CBOR (RFC 8949), and a checksum of it all. CBOR keeps floats and infinities as they are.
 * A new state takes the place of the old one in one step.
 */
final class StateStore {
  private static final long MARK = 0x5447_4341_4c49_4201L;
  private static final int FINGERPRINT_BYTES = 32;

  private static final ObjectMapper CBOR =
      CBORMapper.builder()
          .addModule(new Jdk8Module())
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private final Path file;
  private final byte[] fingerprint;

  StateStore(Path file, byte[] fingerprint) {
    this.file = file;
    this.fingerprint = fingerprint.clone();
  }

  void save(CalibrationState state) {
    try {
      Publication.write(
          file,
          raw -> {
            CRC32 sum = new CRC32();
            DataOutputStream out = new DataOutputStream(new CheckedOutputStream(raw, sum));
            out.writeLong(MARK);
            out.write(fingerprint);
            CBOR.writeValue((OutputStream) out, state);
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
   * @param fits whether a state can be one of this calibration
   * @throws CalibrationException for a file of another calibration, or none at all
   */
  Optional<CalibrationState> load(Predicate<CalibrationState> fits) {
    if (!Files.exists(file)) {
      return Optional.empty();
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
        CalibrationState state = CBOR.readValue((InputStream) in, CalibrationState.class);
        if (!fits.test(state)) {
          throw damaged();
        }
        return Optional.of(state);
      }
    } catch (IOException e) {
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

  /** What is said of a file that holds no state of this calibration. */
  CalibrationException damaged() {
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
