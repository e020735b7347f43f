package dev.tailgate.onnx.build;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds operators to an edit on behalf of one pass: chooses attribute or input form by opset,
 * records provenance, and shares equal constants. Each method returns the name of the new value.
 */
public final class Ops {
  /** The oldest opset with all operators the passes emit ({@code Where}, {@code Compress}). */
  public static final int OLDEST_OPSET = 9;

  private final GraphEdit edit;
  private final int opset;
  private final String pass;
  private final Map<String, String> constants = new HashMap<>();
  private String source = "";

  /** {@code pass} is the provenance every node of this edit carries. */
  public Ops(OnnxModel model, GraphEdit edit, String pass) {
    this.edit = edit;
    this.opset = model.opset();
    this.pass = pass;
    if (opset < OLDEST_OPSET) {
      throw ModelException.doing("instrumenting the model")
          .expected("opset " + OLDEST_OPSET + " or later")
          .found("opset " + opset)
          .fix("Export the model again with a newer opset.");
    }
  }

  /** Sets the value that the following nodes are made for; it becomes part of their provenance. */
  public Ops about(String value) {
    source = value;
    return this;
  }

  /** The edit behind this. */
  public GraphEdit edit() {
    return edit;
  }

  /** Starts a node whose form does not depend on the opset. */
  public NodeDraft node(String op, String... inputs) {
    return edit.node(op, "tailgate/" + op).in(inputs).madeBy(pass, source);
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
    return opset >= 13
        ? op("Unsqueeze", value, longs(axes))
        : node("Unsqueeze", value).attribute("axes", Arrays.stream(axes).boxed().toList()).add();
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

  /** A shared float32 scalar. */
  public String scalar(float value) {
    return constants.computeIfAbsent(
        "f" + Float.floatToRawIntBits(value),
        k -> edit.constant(ConstantTensor.ofFloats("tailgate/scalar", List.of(), value)));
  }

  /** A shared one-dimensional int64 constant. */
  public String longs(long... values) {
    return constants.computeIfAbsent(
        "l" + Arrays.toString(values),
        k ->
            edit.constant(
                ConstantTensor.ofLongs("tailgate/longs", List.of((long) values.length), values)));
  }
}
