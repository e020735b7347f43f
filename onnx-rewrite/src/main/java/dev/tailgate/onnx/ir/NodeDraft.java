package dev.tailgate.onnx.ir;

import com.google.protobuf.ByteString;
import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.StringStringEntryProto;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A node being added by a {@link GraphEdit}; {@link #add()} puts it into the edit. */
public final class NodeDraft {
  private final GraphEdit edit;
  private final NodeProto.Builder node = NodeProto.newBuilder();
  private int outputs = 1;
  private final String hint;
  private String name = "";

  NodeDraft(GraphEdit edit, String opType, String hint) {
    this.edit = edit;
    this.hint = hint;
    node.setOpType(opType);
  }

  /** Sets a domain other than the standard one. */
  public NodeDraft domain(String domain) {
    node.setDomain(domain);
    return this;
  }

  /** Appends inputs; {@code ""} omits an optional one. */
  public NodeDraft in(String... names) {
    node.addAllInput(List.of(names));
    return this;
  }

  /** Sets an integer attribute. */
  public NodeDraft attribute(String name, long value) {
    node.addAttribute(named(name, AttributeProto.AttributeType.INT).setI(value));
    return this;
  }

  /** Sets a float attribute. */
  public NodeDraft attribute(String name, float value) {
    node.addAttribute(named(name, AttributeProto.AttributeType.FLOAT).setF(value));
    return this;
  }

  /** Sets a string attribute. */
  public NodeDraft attribute(String name, String value) {
    node.addAttribute(
        named(name, AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(value)));
    return this;
  }

  /** Sets an integer list attribute. */
  public NodeDraft attribute(String name, List<Long> values) {
    node.addAttribute(named(name, AttributeProto.AttributeType.INTS).addAllInts(values));
    return this;
  }

  /** Sets a float list attribute. */
  public NodeDraft attribute(String name, float[] values) {
    AttributeProto.Builder list = named(name, AttributeProto.AttributeType.FLOATS);
    for (float value : values) {
      list.addFloats(value);
    }
    node.addAttribute(list);
    return this;
  }

  /** Sets a string list attribute. */
  public NodeDraft attribute(String name, String[] values) {
    AttributeProto.Builder list = named(name, AttributeProto.AttributeType.STRINGS);
    for (String value : values) {
      list.addStrings(ByteString.copyFromUtf8(value));
    }
    node.addAttribute(list);
    return this;
  }

  /** Sets a graph attribute, which ends the edit that built the graph. */
  public NodeDraft attribute(String name, GraphEdit body) {
    node.addAttribute(
        named(name, AttributeProto.AttributeType.GRAPH).setG(edit.adopt(body.finish())));
    return this;
  }

  /** Records which pass made the node, and from what, in the metadata of the node. */
  public NodeDraft madeBy(String pass, String source) {
    node.addMetadataProps(entry("tailgate.pass", pass));
    node.addMetadataProps(entry("tailgate.source", source));
    return this;
  }

  /** Adds an entry to the metadata of the node. */
  public NodeDraft tagged(String key, String value) {
    node.addMetadataProps(entry(key, value));
    return this;
  }

  /** Repeats the attributes of {@code other} but {@code left}. */
  public NodeDraft attributesOf(OnnxNode other, String... left) {
    List<String> without = List.of(left);
    other.proto().getAttributeList().stream()
        .filter(attribute -> !without.contains(attribute.getName()))
        .forEach(node::addAttribute);
    return this;
  }

  /** Sets a tensor attribute. */
  public NodeDraft attribute(String name, ConstantTensor value) {
    node.addAttribute(
        named(name, AttributeProto.AttributeType.TENSOR).setT(SessionBytes.inline(value)));
    return this;
  }

  /** Sets a name other than that of the first output; it is made unique. */
  public NodeDraft named(String other) {
    name = edit.fresh(other);
    return this;
  }

  /** Sets the number of outputs, 1 unless said otherwise. */
  public NodeDraft outputs(int count) {
    this.outputs = count;
    return this;
  }

  /** Adds the node and returns its first output, a name not used in the model. */
  public String add() {
    return addAll().get(0);
  }

  /** Adds the node and returns all its outputs. */
  public List<String> addAll() {
    List<String> fresh = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      fresh.add(edit.fresh(hint));
    }
    return addAs(fresh);
  }

  /**
   * Adds the node under output names of a node that the same edit removes, so that what reads or
   * declares them need not change; {@code ""} omits an optional output.
   */
  public List<String> addAs(List<String> names) {
    if (node.getOutputCount() > 0) {
      throw new IllegalStateException("The node " + node.getName() + " was added before");
    }
    String own = names.isEmpty() ? hint : names.get(0);
    node.addAllOutput(names).setName(name.isEmpty() ? own : name);
    edit.append(node.build());
    return node.getOutputList();
  }

  /**
   * The type that the operator gives output {@code i}, undefined where it cannot be told.
   *
   * @param of the types of what the node reads
   */
  public ElementType typeOf(int i, Function<String, ElementType> of) {
    return ElementTypes.output(new OnnxNode(node.build(), 0, null), i, of);
  }

  private static AttributeProto.Builder named(String name, AttributeProto.AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
