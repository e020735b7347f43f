package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.TensorShapeProto;
import dev.tailgate.onnx.proto.TypeProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Name, element type and shape of a value. The shape is absent where the model states none, which
 * differs from an empty list (a scalar).
 *
 * @param kind what holds the elements; a tensor where the model states no type at all
 */
public record ValueInfo(String name, ElementType type, Optional<List<Dim>> shape, Kind kind) {
  /** What a value is, if it is stated. */
  public enum Kind {
    TENSOR,
    SPARSE_TENSOR,
    SEQUENCE,
    MAP,
    OPTIONAL;

    /** In words, for example {@code sparse tensor}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** Copies the shape. */
  public ValueInfo {
    shape = shape.map(List::copyOf);
  }

  /** A tensor. */
  public ValueInfo(String name, ElementType type, Optional<List<Dim>> shape) {
    this(name, type, shape, Kind.TENSOR);
  }

  static ValueInfo of(ValueInfoProto proto) {
    if (!proto.getType().hasTensorType()) {
      return new ValueInfo(
          proto.getName(), ElementType.UNDEFINED, Optional.empty(), kind(proto.getType()));
    }
    TypeProto.Tensor tensor = proto.getType().getTensorType();
    Optional<List<Dim>> shape =
        tensor.hasShape() ? Optional.of(dims(tensor.getShape())) : Optional.empty();
    return new ValueInfo(proto.getName(), ElementType.ofCode(tensor.getElemType()), shape);
  }

  ValueInfoProto toProto() {
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type.code());
    shape.ifPresent(dims -> tensor.setShape(shapeProto(dims)));
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static Kind kind(TypeProto type) {
    return switch (type.getValueCase()) {
      case SEQUENCE_TYPE -> Kind.SEQUENCE;
      case MAP_TYPE -> Kind.MAP;
      case OPTIONAL_TYPE -> Kind.OPTIONAL;
      case SPARSE_TENSOR_TYPE -> Kind.SPARSE_TENSOR;
      case TENSOR_TYPE, VALUE_NOT_SET -> Kind.TENSOR;
      default -> Kind.TENSOR;
    };
  }

  /** The element type of a tensor; what else it is, where it is none. */
  public String typeLabel() {
    return kind == Kind.TENSOR ? type.label() : kind.label();
  }

  private static List<Dim> dims(TensorShapeProto shape) {
    List<Dim> dims = new ArrayList<>();
    for (TensorShapeProto.Dimension dim : shape.getDimList()) {
      if (dim.hasDimValue() && dim.getDimValue() >= 0) {
        dims.add(new Dim.Known(dim.getDimValue()));
      } else if (dim.hasDimParam() && !dim.getDimParam().isEmpty()) {
        dims.add(new Dim.Symbolic(dim.getDimParam()));
      } else {
        dims.add(new Dim.Unknown());
      }
    }
    return dims;
  }

  private static TensorShapeProto shapeProto(List<Dim> dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Dim dim : dims) {
      TensorShapeProto.Dimension.Builder out = shape.addDimBuilder();
      if (dim instanceof Dim.Known known) {
        out.setDimValue(known.size());
      } else if (dim instanceof Dim.Symbolic symbolic) {
        out.setDimParam(symbolic.name());
      }
    }
    return shape.build();
  }

  /** Number of dimensions, or -1 where no shape is stated. */
  public int rank() {
    return shape.map(List::size).orElse(-1);
  }

  @Override
  public String toString() {
    String dims =
        shape
            .map(d -> d.stream().map(Dim::toString).collect(Collectors.joining(",", "[", "]")))
            .orElse("[*]");
    return Printable.of(name) + ":" + typeLabel() + dims;
  }
}
