package dev.tailgate.engine;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/** Conversion between {@link Tensor} and native tensors. */
final class OrtTensors {
  private OrtTensors() {}

  /** A native tensor over the direct buffer of {@code tensor}, or over a copy of a heap buffer. */
  @MustBeClosed
  static OnnxTensor toNative(Tensor tensor) throws OrtException {
    return OnnxTensor.createTensor(
        OrtRuntime.environment(), direct(tensor.data()), tensor.shape(), javaType(tensor.type()));
  }

  /** ONNX Runtime for Java copies a heap buffer of bytes only where the elements are bytes, too. */
  private static ByteBuffer direct(ByteBuffer data) {
    return data.isDirect()
        ? data
        : ByteBuffer.allocateDirect(data.remaining()).order(data.order()).put(data).rewind();
  }

  /** A heap copy, independent of the life of {@code tensor}. */
  static Tensor toHeap(OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    ElementType type = elementType(info.type);
    if (info.getNumElements() == 0) {
      return new Tensor(type, info.getShape(), ByteBuffer.allocate(0));
    }
    if (info.getNumElements() > Integer.MAX_VALUE / info.type.size) {
      throw new ModelRunException(
          String.format(
              Locale.ROOT,
              "Failed to read an output: expected at most 2147483647 bytes, found %s of %d elements. Lower --batch-size or --sequence-length.",
              type.label(),
              info.getNumElements()));
    }
    ByteBuffer copy = tensor.getByteBuffer();
    copy.rewind();
    return new Tensor(type, info.getShape(), copy.order(ByteOrder.nativeOrder()));
  }

  private static ElementType elementType(OnnxJavaType type) {
    return switch (type) {
      case FLOAT -> ElementType.FLOAT;
      case DOUBLE -> ElementType.DOUBLE;
      case INT8 -> ElementType.INT8;
      case INT16 -> ElementType.INT16;
      case INT32 -> ElementType.INT32;
      case INT64 -> ElementType.INT64;
      case UINT8 -> ElementType.UINT8;
      case BOOL -> ElementType.BOOL;
      case FLOAT16 -> ElementType.FLOAT16;
      case BFLOAT16 -> ElementType.BFLOAT16;
      default ->
          throw new ModelRunException(
              "Failed to read an output: expected a type that ONNX Runtime for Java can read, found "
                  + type
                  + ". Export the model with another output type.");
    };
  }

  /** The runtime's name of {@code type}. */
  static OnnxJavaType javaType(ElementType type) {
    return switch (type) {
      case FLOAT -> OnnxJavaType.FLOAT;
      case DOUBLE -> OnnxJavaType.DOUBLE;
      case INT8 -> OnnxJavaType.INT8;
      case INT16 -> OnnxJavaType.INT16;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
      case UINT8 -> OnnxJavaType.UINT8;
      case BOOL -> OnnxJavaType.BOOL;
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      case BFLOAT16 -> OnnxJavaType.BFLOAT16;
      default ->
          throw new ModelRunException(
              "Failed to run the model: expected inputs of a type that ONNX Runtime for Java can"
                  + " make, found "
                  + type.label()
                  + ". Export the model with another input type.");
    };
  }
}
