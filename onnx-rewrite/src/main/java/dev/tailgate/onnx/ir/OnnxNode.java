package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.StringStringEntryProto;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One operator application. Input names are {@code ""} where an optional input is omitted; {@code
 * index} is the position in {@link OnnxGraph#nodes()} and identifies the node within its graph.
 */
public final class OnnxNode {
  private final NodeProto proto;
  private final int index;
  private final @Nullable ExternalFiles files;

  OnnxNode(NodeProto proto, int index, @Nullable ExternalFiles files) {
    this.proto = proto;
    this.index = index;
    this.files = files;
  }

  /** Position in the node list of the graph. */
  public int index() {
    return index;
  }

  /** The node name, often empty. */
  public String name() {
    return proto.getName();
  }

  /** A printable identity: the name, or operator and index for nameless nodes. */
  public String id() {
    return name().isEmpty() ? opType() + "#" + index : Printable.of(name());
  }

  /** Operator, for example {@code Softmax}. */
  public String opType() {
    return proto.getOpType();
  }

  /** Operator domain; {@code ""} for the standard operators, however the file spells them. */
  public String domain() {
    return normalDomain(proto.getDomain());
  }

  static String normalDomain(String domain) {
    return domain.equals("ai.onnx") ? "" : domain;
  }

  /** Whether this is the standard operator {@code op} (not one of another domain). */
  public boolean is(String op) {
    return proto.getOpType().equals(op) && domain().isEmpty();
  }

  /** Whether this is operator {@code op} of domain {@code domain}. */
  public boolean is(String domain, String op) {
    return proto.getOpType().equals(op) && domain().equals(domain);
  }

  /** Input names in order, {@code ""} for omitted ones. */
  public List<String> inputs() {
    return proto.getInputList();
  }

  /** Output names in order, {@code ""} for omitted ones. */
  public List<String> outputs() {
    return proto.getOutputList();
  }

  /**
   * Input {@code i}, or {@code ""} where the node has none of that number: operators of other
   * domains come with any number of inputs, and the other side of their third is none.
   */
  public String input(int i) {
    return i >= 0 && i < proto.getInputCount() ? proto.getInput(i) : "";
  }

  /** Output {@code i}, or {@code ""} where the node has none of that number. */
  public String output(int i) {
    return i >= 0 && i < proto.getOutputCount() ? proto.getOutput(i) : "";
  }

  /** Whether input {@code i} is given. */
  public boolean hasInput(int i) {
    return !input(i).isEmpty();
  }

  /** Whether the attribute is given. */
  public boolean hasAttribute(String name) {
    return attribute(name).isPresent();
  }

  /** Whether the node lies in a function whose callers set some of its attributes. */
  public boolean hasAttributesOfCallers() {
    return proto.getAttributeList().stream().anyMatch(AttributeProto::hasRefAttrName);
  }

  /** An integer attribute, or {@code otherwise}. */
  public long intAttribute(String name, long otherwise) {
    return attribute(name).map(AttributeProto::getI).orElse(otherwise);
  }

  /** A float attribute, or {@code otherwise}. */
  public float floatAttribute(String name, float otherwise) {
    return attribute(name).map(AttributeProto::getF).orElse(otherwise);
  }

  /** A string attribute, or {@code otherwise}. */
  public String stringAttribute(String name, String otherwise) {
    return attribute(name).map(a -> a.getS().toString(StandardCharsets.UTF_8)).orElse(otherwise);
  }

  /** An integer list attribute, empty where absent. */
  public Optional<List<Long>> intsAttribute(String name) {
    return attribute(name).map(AttributeProto::getIntsList);
  }

  /** A float list attribute, empty where absent. */
  public Optional<List<Float>> floatsAttribute(String name) {
    return attribute(name).map(AttributeProto::getFloatsList);
  }

  /** A tensor attribute, empty where absent. */
  public Optional<ConstantTensor> tensorAttribute(String name) {
    return attribute(name)
        .filter(AttributeProto::hasT)
        .map(a -> TensorDecoder.decode(a.getT(), files, "node " + id()));
  }

  /** Graphs held by attributes ({@code If}, {@code Loop}, {@code Scan}), in attribute order. */
  public List<OnnxGraph> subgraphs() {
    List<OnnxGraph> graphs = new ArrayList<>();
    for (AttributeProto attribute : proto.getAttributeList()) {
      if (attribute.hasG()) {
        graphs.add(OnnxGraph.ofSubgraph(attribute.getG(), files, "a subgraph of " + id()));
      }
      for (GraphProto graph : attribute.getGraphsList()) {
        graphs.add(OnnxGraph.ofSubgraph(graph, files, "a subgraph of " + id()));
      }
    }
    return graphs;
  }

  /** Whether it has branches or a body. */
  public boolean hasSubgraphs() {
    for (AttributeProto attribute : proto.getAttributeList()) {
      if (attribute.hasG() || attribute.getGraphsCount() > 0) {
        return true;
      }
    }
    return false;
  }

  /** Metadata of the node, where passes leave their provenance. */
  public Map<String, String> metadata() {
    Map<String, String> entries = new LinkedHashMap<>();
    for (StringStringEntryProto entry : proto.getMetadataPropsList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    return entries;
  }

  /**
   * The attribute of that name. Inside a function an attribute may stand for one of the function's
   * own; it has no value here and counts as absent.
   */
  private Optional<AttributeProto> attribute(String name) {
    for (AttributeProto attribute : proto.getAttributeList()) {
      if (attribute.getName().equals(name) && !attribute.hasRefAttrName()) {
        return Optional.of(attribute);
      }
    }
    return Optional.empty();
  }

  NodeProto proto() {
    return proto;
  }

  @Override
  public String toString() {
    return id() + " (" + opType() + ")";
  }
}
