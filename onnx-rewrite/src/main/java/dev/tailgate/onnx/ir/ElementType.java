package dev.tailgate.onnx.ir;

/** Element type of a tensor, with its ONNX {@code TensorProto.DataType} code and storage width. */
public enum ElementType {
  /** Not a tensor, or a type this version does not know. */
  UNDEFINED(0, 0),
  FLOAT(1, 32),
  UINT8(2, 8),
  INT8(3, 8),
  UINT16(4, 16),
  INT16(5, 16),
  INT32(6, 32),
  INT64(7, 64),
  STRING(8, 0),
  BOOL(9, 8),
  FLOAT16(10, 16),
  DOUBLE(11, 64),
  UINT32(12, 32),
  UINT64(13, 64),
  COMPLEX64(14, 64),
  COMPLEX128(15, 128),
  BFLOAT16(16, 16),
  FLOAT8E4M3FN(17, 8),
  FLOAT8E4M3FNUZ(18, 8),
  FLOAT8E5M2(19, 8),
  FLOAT8E5M2FNUZ(20, 8),
  UINT4(21, 4),
  INT4(22, 4),
  FLOAT4E2M1(23, 4),
  FLOAT8E8M0(24, 8),
  UINT2(25, 2),
  INT2(26, 2);

  private final int code;
  private final int bits;

  ElementType(int code, int bits) {
    this.code = code;
    this.bits = bits;
  }

  /** The type with the given ONNX code; {@link #UNDEFINED} for codes of later ONNX versions. */
  public static ElementType ofCode(int code) {
    for (ElementType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    return UNDEFINED;
  }

  /** The ONNX {@code TensorProto.DataType} number. */
  public int code() {
    return code;
  }

  /** Bits of one element in raw storage; 0 where the type has no fixed width. */
  public int bits() {
    return bits;
  }

  /** Whether statistics apply: a float type ONNX Runtime can widen to float32 by {@code Cast}. */
  public boolean isFloat() {
    return this == FLOAT || this == FLOAT16 || this == BFLOAT16 || this == DOUBLE;
  }

  /** Whether {@code value} is one of this type; false for types other than integers and bool. */
  public boolean holds(long value) {
    return switch (this) {
      case BOOL -> value == 0 || value == 1;
      case INT2, INT4, INT8, INT16, INT32, INT64 ->
          value >= -(1L << (bits - 1)) && value <= -1 - (-1L << (bits - 1));
      // Java has no unsigned long: its bits stand for the upper half.
      case UINT64 -> true;
      case UINT2, UINT4, UINT8, UINT16, UINT32 -> value >= 0 && value < 1L << bits;
      default -> false;
    };
  }

  /** The ONNX spelling, for example {@code float16}. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
