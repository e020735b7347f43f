package dev.tailgate.onnx.build;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Adds operators to an edit on behalf of one pass: chooses attribute or input form by opset,
 * records provenance, and shares equal constants. Each method returns the name of the new value.
 */
public final class Ops {
  /** The oldest opset with all operators the passes emit ({@code Where}, {@code Compress}). */
  public static final int OLDEST_OPSET = 9;

  /** What every name made here begins with. */
  public static final String PREFIX = "tailgate/";

  private static final int PAD_BY_INPUT = 11;
  private static final int ROUND_OPSET = 11;

  private final GraphEdit edit;
  private final int opset;
  private final Optional<String> pass;
  private final String prefix;
  private final Map<String, String> constants = new HashMap<>();
  private final Map<String, String> tags = new LinkedHashMap<>();
  private String source = "";

  /** {@code pass} is the provenance every node of this edit carries. */
  public Ops(OnnxModel model, GraphEdit edit, String pass) {
    this(model, edit, pass, OLDEST_OPSET, "instrumenting the model");
  }

  /**
   * For a pass that needs another opset at least.
   *
   * @param doing what the pass does, for the refusal of older models
   */
  public Ops(OnnxModel model, GraphEdit edit, String pass, int oldest, String doing) {
    this.edit = edit;
    this.opset = model.opset();
    this.pass = Optional.of(pass);
    this.prefix = PREFIX;
    if (opset < oldest) {
      throw ModelException.doing(doing)
          .expected("opset " + oldest + " or later")
          .found("opset " + opset)
          .fix("Export the model again with a newer opset.");
    }
  }

  /** For a graph that is built, which is nobody's change to another: no provenance, plain names. */
  Ops(OnnxModel model, GraphEdit edit) {
    this.edit = edit;
    this.opset = model.opset();
    this.pass = Optional.empty();
    this.prefix = "";
  }

  /** Sets the value that the following nodes are made for; it becomes part of their provenance. */
  public Ops about(String value) {
    source = value;
    return this;
  }

  /** Adds an entry to the metadata of the nodes that follow; the last value of a key holds. */
  public Ops tag(String key, String value) {
    tags.put(key, value);
    return this;
  }

  /** Leaves an entry out of the metadata of the nodes that follow. */
  public Ops untag(String key) {
    tags.remove(key);
    return this;
  }

  /** The opset nodes are written for. */
  public int opset() {
    return opset;
  }

  /** The edit behind this. */
  public GraphEdit edit() {
    return edit;
  }

  /** Starts a node whose form does not depend on the opset. */
  public NodeDraft node(String op, String... inputs) {
    NodeDraft draft = edit.node(op, prefix + op).in(inputs);
    pass.ifPresent(name -> draft.madeBy(name, source));
    tags.forEach(draft::tagged);
    return draft;
  }

  /** One node with one output and no attributes. */
  public String op(String op, String... inputs) {
    return node(op, inputs).add();
  }

  /**
   * A reduction over {@code axes} with kept dimensions. Axes are an attribute up to opset 17 (12
   * for {@code ReduceSum}) and an input afterwards.
   */
  public String reduce(String op, String value, long... axes) {
    boolean asInput = opset >= (op.equals("ReduceSum") ? 13 : 18);
    NodeDraft node =
        asInput
            ? node(op, value, longs(axes))
            : node(op, value).attribute("axes", Arrays.stream(axes).boxed().toList());
    return node.attribute("keepdims", 1).add();
  }

  /** {@code Unsqueeze}, whose axes are an input from opset 13 on. */
  public String unsqueeze(String value, long... axes) {
    return withAxes("Unsqueeze", value, axes);
  }

  private String withAxes(String op, String value, long... axes) {
    return opset >= 13
        ? op(op, value, longs(axes))
        : node(op, value).attribute("axes", Arrays.stream(axes).boxed().toList()).add();
  }

  /** {@code Reshape} to a constant shape, where 0 keeps a dimension and -1 takes the rest. */
  public String reshape(String value, long... shape) {
    return op("Reshape", value, longs(shape));
  }

  /** {@code Concat} along {@code axis}. */
  public String concat(long axis, List<String> values) {
    return node("Concat", values.toArray(String[]::new)).attribute("axis", axis).add();
  }

  /** {@code Cast} to {@code type}. */
  public String cast(String value, ElementType type) {
    return node("Cast", value).attribute("to", (long) type.code()).add();
  }

  /** {@code Squeeze}, whose axes are an input from opset 13 on. */
  public String squeeze(String value, long... axes) {
    return withAxes("Squeeze", value, axes);
  }

  /** {@code Transpose} by {@code perm}. */
  public String transpose(String value, long... perm) {
    return node("Transpose", value).attribute("perm", Arrays.stream(perm).boxed().toList()).add();
  }

  /**
   * Float32 {@code value} rounded half to even. Before opset 11, which has {@code Round}, by adding
   * and subtracting {@code 1.5 * 2^23}, which leaves no bits below 1; exact below 2^22 in
   * magnitude, but that {@code -0} becomes 0.
   */
  public String round(String value) {
    if (opset >= ROUND_OPSET) {
      return op("Round", value);
    }
    String magic = scalar(12582912f);
    return op("Sub", op("Add", value, magic), magic);
  }

  /** Starts a {@code Slice} of one axis; bounds are inputs from opset 10 on, attributes before. */
  public NodeDraft slice(String value, long start, long end, long axis) {
    return opset >= 10
        ? node("Slice", value, longs(start), longs(end), longs(axis))
        : node("Slice", value)
            .attribute("starts", List.of(start))
            .attribute("ends", List.of(end))
            .attribute("axes", List.of(axis));
  }

  /** Starts a {@code Clip} to [low, high]; bounds are inputs from opset 11 on. */
  public NodeDraft clip(String value, ElementType type, double low, double high) {
    return opset >= 11
        ? node("Clip", value, scalar(type, low), scalar(type, high))
        : node("Clip", value).attribute("min", (float) low).attribute("max", (float) high);
  }

  /** {@code Pad} in front of one axis by one element; the amounts are an input from opset 11 on. */
  public String padFront(String value, ElementType type, int rank, int axis, double fill) {
    long[] pads = new long[2 * rank];
    pads[axis] = 1;
    boolean isPaddable = opset >= PAD_BY_INPUT || type.isFloat();
    String floats = isPaddable ? value : cast(value, ElementType.FLOAT);
    String padded = pad(floats, pads, fill, () -> scalar(type, fill));
    return isPaddable ? padded : cast(padded, type);
  }

  /**
   * {@code Pad} of all axes by {@code pads}, those in front first. Before opset 11 only floats can
   * be padded.
   *
   * @param fill what is put there, for the opsets that take it as an attribute
   * @param filling the same as a value, {@code ""} for the zero that is the default
   */
  public String pad(String value, long[] pads, double fill, Supplier<String> filling) {
    return opset >= PAD_BY_INPUT
        ? op("Pad", value, longs(pads), filling.get())
        : node("Pad", value)
            .attribute("pads", Arrays.stream(pads).boxed().toList())
            .attribute("value", (float) fill)
            .add();
  }

  /** A shared scalar of a float type, int32, int64 or bool. */
  public String scalar(ElementType type, double value) {
    return constants.computeIfAbsent(
        type + "" + value, k -> edit.constant(Scalars.of(prefix + "scalar", type, value)));
  }

  /** A float constant of {@code type} with these dimensions. */
  public String reals(String name, ElementType type, List<Long> dims, double... values) {
    return edit.constant(ConstantTensor.ofReals(prefix + name, type, dims, values));
  }

  /** A shared float32 scalar. */
  public String scalar(float value) {
    return constants.computeIfAbsent(
        "f" + Float.floatToRawIntBits(value),
        k -> edit.constant(ConstantTensor.ofFloats(prefix + "scalar", List.of(), value)));
  }

  /** A shared one-dimensional int64 constant. */
  public String longs(long... values) {
    return constants.computeIfAbsent(
        "l" + Arrays.toString(values),
        k ->
            edit.constant(
                ConstantTensor.ofLongs(prefix + "longs", List.of((long) values.length), values)));
  }
}
