package dev.tailgate.train.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.tailgate.onnx.ir.ElementType;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What stands before the elements of a {@link TensorsFile}: for each tensor its type, dimensions
 * and the bytes {@code [from, to)} behind the header, and texts under {@code __metadata__}.
 *
 * @param start where elements begin
 */
record TensorsHeader(Map<String, String> texts, Map<String, Entry> entries, long start) {
  private static final String TEXTS = "__metadata__";

  /** What the format itself allows at most. */
  private static final int LONGEST = 100_000_000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(LONGEST).maxNestingDepth(8).build())
          .build();

  /** Types by their names in the format. */
  private enum Type {
    BOOL(ElementType.BOOL),
    U8(ElementType.UINT8),
    I8(ElementType.INT8),
    I16(ElementType.INT16),
    F16(ElementType.FLOAT16),
    BF16(ElementType.BFLOAT16),
    I32(ElementType.INT32),
    F32(ElementType.FLOAT),
    F64(ElementType.DOUBLE),
    I64(ElementType.INT64);

    private final ElementType type;

    Type(ElementType type) {
      this.type = type;
    }
  }

  /** A tensor and where it lies behind the header. */
  record Entry(ElementType type, List<Long> dims, long from, long to) {
    Entry {
      dims = List.copyOf(dims);
    }
  }

  /** That of a file to be written. */
  static TensorsHeader of(Map<String, String> texts, Map<String, TensorsFile.Source> tensors) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    long at = 0;
    for (Map.Entry<String, TensorsFile.Source> tensor : tensors.entrySet()) {
      TensorsFile.Source source = tensor.getValue();
      long to = at + bytes(source.type(), source.dims());
      entries.put(tensor.getKey(), new Entry(source.type(), source.dims(), at, to));
      at = to;
    }
    return new TensorsHeader(texts, entries, 0);
  }

  private static long bytes(ElementType type, List<Long> dims) {
    return Math.multiplyExact(
        dims.stream().reduce(1L, Math::multiplyExact), (long) type.bits() / 8);
  }

  /** The length and the header, filled up with spaces so that elements begin at a multiple of 8. */
  byte[] bytes(long checksum) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      out.writeStartObject();
      out.writeObjectFieldStart(TEXTS);
      out.writeStringField(TensorsFile.CHECKSUM, String.format(Locale.ROOT, "%08x", checksum));
      for (Map.Entry<String, String> entry : texts.entrySet()) {
        out.writeStringField(entry.getKey(), entry.getValue());
      }
      out.writeEndObject();
      for (Map.Entry<String, Entry> entry : entries.entrySet()) {
        write(out, entry.getKey(), entry.getValue());
      }
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] json = TensorsFile.utf8(text.toString());
    byte[] all = new byte[8 + (json.length + 7) / 8 * 8];
    Arrays.fill(all, (byte) ' ');
    ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).putLong(all.length - 8L).put(json);
    return all;
  }

  private static void write(JsonGenerator out, String name, Entry entry) throws IOException {
    out.writeObjectFieldStart(name);
    Type type =
        Arrays.stream(Type.values())
            .filter(t -> t.type == entry.type())
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(name + " is " + entry.type()));
    out.writeStringField("dtype", type.name());
    out.writeFieldName("shape");
    long[] dims = entry.dims().stream().mapToLong(Long::longValue).toArray();
    out.writeArray(dims, 0, dims.length);
    out.writeFieldName("data_offsets");
    out.writeArray(new long[] {entry.from(), entry.to()}, 0, 2);
    out.writeEndObject();
  }

  long checksum() {
    return Long.parseLong(texts.getOrDefault(TensorsFile.CHECKSUM, "-1"), 16);
  }

  /**
   * Reads the header and checks that its tensors are the rest of the file.
   *
   * @throws CheckpointException where they are not
   */
  static TensorsHeader read(Path file, FileChannel in) throws IOException {
    long size = in.size();
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    if (size < 8 || in.read(length, 0) < 8) {
      throw CheckpointException.damaged(file, "it is too short");
    }
    long header = length.flip().getLong();
    if (header < 2 || header > LONGEST || header > size - 8) {
      throw CheckpointException.damaged(file, "a header of " + header + " bytes");
    }
    ByteBuffer json = ByteBuffer.allocate(Math.toIntExact(header));
    for (long at = 8; json.hasRemaining(); ) {
      int count = in.read(json, at);
      if (count < 0) {
        throw CheckpointException.damaged(file, "it is too short");
      }
      at += count;
    }
    try (JsonParser parser = JSON.createParser(json.array())) {
      return new Reading(file, 8 + header).read(parser, size - 8 - header);
    } catch (IOException | IllegalArgumentException | ArithmeticException e) {
      throw CheckpointException.damaged(file, "a header that cannot be read");
    }
  }

  /** One reading of a header. */
  private static final class Reading {
    private final Path file;
    private final long start;
    private final Map<String, String> texts = new LinkedHashMap<>();
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    Reading(Path file, long start) {
      this.file = file;
      this.start = start;
    }

    TensorsHeader read(JsonParser in, long rest) throws IOException {
      require(in.nextToken() == JsonToken.START_OBJECT);
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        require(in.nextToken() == JsonToken.START_OBJECT);
        if (name.equals(TEXTS)) {
          readTexts(in);
        } else {
          require(entries.put(name, readEntry(in)) == null);
        }
      }
      long at = 0;
      for (Entry entry : entries.values()) {
        require(entry.from() == at && entry.to() - at == bytes(entry.type(), entry.dims()));
        at = entry.to();
      }
      require(at == rest);
      return new TensorsHeader(texts, entries, start);
    }

    private void readTexts(JsonParser in) throws IOException {
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        require(in.nextToken() == JsonToken.VALUE_STRING);
        texts.put(name, in.getText());
      }
    }

    private Entry readEntry(JsonParser in) throws IOException {
      String type = "";
      List<Long> dims = List.of();
      List<Long> offsets = List.of();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String field = in.currentName();
        in.nextToken();
        switch (field) {
          case "dtype" -> type = in.getText();
          case "shape" -> dims = readLongs(in);
          case "data_offsets" -> offsets = readLongs(in);
          default -> require(false);
        }
      }
      require(offsets.size() == 2);
      return new Entry(Type.valueOf(type).type, dims, offsets.get(0), offsets.get(1));
    }

    private List<Long> readLongs(JsonParser in) throws IOException {
      require(in.currentToken() == JsonToken.START_ARRAY);
      List<Long> values = new ArrayList<>();
      while (in.nextToken() == JsonToken.VALUE_NUMBER_INT) {
        require(in.getLongValue() >= 0);
        values.add(in.getLongValue());
      }
      require(in.currentToken() == JsonToken.END_ARRAY);
      return values;
    }

    private void require(boolean holds) {
      if (!holds) {
        throw CheckpointException.damaged(file, "a header whose tensors are not its elements");
      }
    }
  }
}
