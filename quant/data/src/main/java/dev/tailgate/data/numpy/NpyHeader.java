package dev.tailgate.data.numpy;

import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.ElementType;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Header of NumPy's array format, versions 1 to 3: magic, version, length, and a Python dictionary
 * with {@code descr}, {@code fortran_order} and {@code shape}.
 *
 * @param order byte order of the elements in the file
 * @param shape dimensions, outermost first
 * @param headerBytes where the elements begin
 * @param byColumns whether the first index changes fastest, as in Fortran
 */
record NpyHeader(
    ElementType type, ByteOrder order, List<Long> shape, int headerBytes, boolean byColumns) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** NumPy itself refuses longer headers unless told to trust the file. */
  private static final int LONGEST_HEADER = 10_000;

  private static final int MOST_DIMENSIONS = 32;

  private static final Pattern DESCR =
      Pattern.compile("['\"]descr['\"]\\s*:\\s*['\"]([^'\"]*)['\"]");
  private static final Pattern FORTRAN =
      Pattern.compile("['\"]fortran_order['\"]\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("['\"]shape['\"]\\s*:\\s*\\(([^)]*)\\)");

  private static final Map<String, ElementType> TYPES =
      Map.ofEntries(
          Map.entry("f2", ElementType.FLOAT16),
          Map.entry("f4", ElementType.FLOAT),
          Map.entry("f8", ElementType.DOUBLE),
          Map.entry("i1", ElementType.INT8),
          Map.entry("i2", ElementType.INT16),
          Map.entry("i4", ElementType.INT32),
          Map.entry("i8", ElementType.INT64),
          Map.entry("u1", ElementType.UINT8),
          Map.entry("u2", ElementType.UINT16),
          Map.entry("u4", ElementType.UINT32),
          Map.entry("b1", ElementType.BOOL));

  NpyHeader {
    shape = List.copyOf(shape);
  }

  /** Reads the header and leaves {@code in} at the first element. */
  static NpyHeader read(InputStream in, String where) throws IOException {
    DataInputStream data = new DataInputStream(in);
    try {
      byte[] magic = new byte[MAGIC.length];
      data.readFully(magic);
      if (!Arrays.equals(magic, MAGIC)) {
        throw damaged("the NumPy magic", "other bytes", where);
      }
      int version = data.readUnsignedByte();
      data.readUnsignedByte();
      if (version < 1 || version > 3) {
        throw damaged("format version 1 to 3", "version " + version, where);
      }
      long length =
          version == 1
              ? Short.toUnsignedInt(Short.reverseBytes(data.readShort()))
              : Integer.toUnsignedLong(Integer.reverseBytes(data.readInt()));
      if (length > LONGEST_HEADER) {
        throw damaged("a header of at most 10000 bytes", length + " bytes", where);
      }
      byte[] text = new byte[(int) length];
      data.readFully(text);
      int before = MAGIC.length + 2 + (version == 1 ? 2 : 4);
      return parse(new String(text, StandardCharsets.UTF_8), before + (int) length, where);
    } catch (EOFException e) {
      throw damaged("a complete header", "the end of the file", where);
    }
  }

  private static NpyHeader parse(String text, int headerBytes, String where) {
    String descr = find(DESCR, text, where);
    ElementType type = descr.isEmpty() ? null : TYPES.get(descr.substring(1));
    char order = descr.isEmpty() ? '?' : descr.charAt(0);
    if (type == null || "<>|=".indexOf(order) < 0) {
      throw DataException.doing("reading an array")
          .expected("elements of bool, int, unsigned int or float")
          .found(descr)
          .where(where)
          .fix("Save the array with astype, for example to float32 or int64.");
    }
    List<Long> shape = dims(find(SHAPE, text, where), where);
    boolean byColumns = find(FORTRAN, text, where).equals("True") && shape.size() > 1;
    ByteOrder byteOrder = order == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    NpyHeader header = new NpyHeader(type, byteOrder, shape, headerBytes, byColumns);
    header.requireCountable(where);
    return header;
  }

  private static List<Long> dims(String text, String where) {
    List<Long> dims = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      // Python 2 wrote longs as 3L; a trailing comma leaves an empty part.
      String digits = part.strip().replaceFirst("L$", "");
      if (digits.isEmpty()) {
        continue;
      }
      if (!digits.matches("\\d{1,18}") || dims.size() == MOST_DIMENSIONS) {
        throw damaged("up to 32 dimensions of at least 0", "(" + text + ")", where);
      }
      dims.add(Long.parseLong(digits));
    }
    return dims;
  }

  private void requireCountable(String where) {
    try {
      Math.addExact(headerBytes, dataBytes());
    } catch (ArithmeticException e) {
      throw DataException.doing("reading an array")
          .expected("dimensions whose product fits 63 bits")
          .found(shape.toString())
          .where(where)
          .fix("The file is damaged or hostile; save the array again.", e);
    }
  }

  /** Bytes of all elements. */
  long dataBytes() {
    long bytes = type.bits() / 8;
    for (long dim : shape) {
      bytes = Math.multiplyExact(bytes, dim);
    }
    return bytes;
  }

  private static String find(Pattern pattern, String text, String where) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw damaged("descr, fortran_order and shape in the header", text, where);
    }
    return matcher.group(1);
  }

  private static DataException damaged(String expected, String found, String where) {
    return DataException.doing("reading an array")
        .expected(expected)
        .found(found)
        .where(where)
        .fix("Check that the file was written by NumPy and copied completely.");
  }
}
