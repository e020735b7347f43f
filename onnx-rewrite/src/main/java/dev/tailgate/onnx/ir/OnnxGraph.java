package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.TensorProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Immutable graph with its producer and consumer index. Nodes are in an order in which each follows
 * the nodes it depends on. Shared freely between threads.
 */
public final class OnnxGraph {
  /**
   * One use of a value.
   *
   * @param inputIndex which input of {@code node} it is; -1 when a subgraph of {@code node}
   *     captures the value from outside
   */
  public record Use(OnnxNode node, int inputIndex) {}

  private final GraphProto proto;
  private final @Nullable ExternalFiles files;
  private final Map<String, ConstantTensor> initializers;
  private final List<OnnxNode> nodes;
  private final Map<String, OnnxNode> producers = new HashMap<>();
  private final Map<String, List<Use>> uses = new HashMap<>();
  private final Map<String, ValueInfo> infos = new HashMap<>();
  private final List<ValueInfo> inputs;
  private final List<ValueInfo> outputs;
  private final Set<String> outputNames = new LinkedHashSet<>();

  /**
   * {@code proto} without initialisers: those come decoded, in file order. {@code files} resolves
   * external data inside attributes and subgraphs.
   */
  OnnxGraph(GraphProto proto, Collection<ConstantTensor> constants, @Nullable ExternalFiles files) {
    this.proto = proto;
    this.files = files;
    Map<String, ConstantTensor> byName = new LinkedHashMap<>();
    constants.forEach(c -> byName.put(c.name(), c));
    this.initializers = Collections.unmodifiableMap(byName);
    List<OnnxNode> list = new ArrayList<>(proto.getNodeCount());
    for (NodeProto node : proto.getNodeList()) {
      list.add(new OnnxNode(node, list.size(), files));
    }
    this.nodes = Collections.unmodifiableList(list);
    this.outputs = proto.getOutputList().stream().map(ValueInfo::of).toList();
    // IR versions before 4 list every initialiser as an input too; those are not asked of the user.
    Set<String> given = new HashSet<>(initializers.keySet());
    proto.getSparseInitializerList().forEach(s -> given.add(s.getValues().getName()));
    this.inputs =
        proto.getInputList().stream()
            .map(ValueInfo::of)
            .filter(i -> !given.contains(i.name()))
            .toList();
    index();
  }

  static OnnxGraph ofSubgraph(GraphProto proto, @Nullable ExternalFiles files, String where) {
    List<ConstantTensor> constants = new ArrayList<>();
    for (TensorProto tensor : proto.getInitializerList()) {
      constants.add(TensorDecoder.decode(tensor, files, where));
    }
    return new OnnxGraph(proto.toBuilder().clearInitializer().build(), constants, files);
  }

  private void index() {
    for (OnnxNode node : nodes) {
      for (String output : node.outputs()) {
        if (!output.isEmpty()) {
          producers.put(output, node);
        }
      }
      for (int i = 0; i < node.inputs().size(); i++) {
        if (node.hasInput(i)) {
          uses.computeIfAbsent(node.input(i), k -> new ArrayList<>()).add(new Use(node, i));
        }
      }
      if (node.hasSubgraphs()) {
        for (String captured : GraphScope.captured(node.proto())) {
          uses.computeIfAbsent(captured, k -> new ArrayList<>()).add(new Use(node, -1));
        }
      }
    }
    for (ValueInfoProto info : proto.getValueInfoList()) {
      infos.put(info.getName(), ValueInfo.of(info));
    }
    for (ValueInfoProto info : proto.getInputList()) {
      infos.put(info.getName(), ValueInfo.of(info));
    }
    for (ValueInfo info : outputs) {
      infos.put(info.name(), info);
      outputNames.add(info.name());
    }
  }

  /** Graph name. */
  public String name() {
    return proto.getName();
  }

  /** Nodes in dependency order. */
  public List<OnnxNode> nodes() {
    return nodes;
  }

  /** Inputs a caller must feed: initialisers that old files repeat as inputs are not among them. */
  public List<ValueInfo> inputs() {
    return inputs;
  }

  /** Declared outputs. */
  public List<ValueInfo> outputs() {
    return outputs;
  }

  /** Names of the declared outputs, in their order. */
  public Set<String> outputNames() {
    return Collections.unmodifiableSet(outputNames);
  }

  /** Initialisers by name, in file order. */
  public Map<String, ConstantTensor> initializers() {
    return initializers;
  }

  /** The node that makes {@code value}; empty for inputs, initialisers and captured values. */
  public Optional<OnnxNode> producer(String value) {
    return Optional.ofNullable(producers.get(value));
  }

  /** Uses of {@code value} by nodes, captures by subgraphs included; graph outputs are not uses. */
  public List<Use> uses(String value) {
    return Collections.unmodifiableList(uses.getOrDefault(value, List.of()));
  }

  /** Whether {@code value} is a declared output. */
  public boolean isOutput(String value) {
    return outputNames.contains(value);
  }

  /** Type and shape as far as the file states them. */
  public Optional<ValueInfo> info(String value) {
    return Optional.ofNullable(infos.get(value));
  }

  /**
   * The constant behind {@code value}: an initialiser, the output of a {@code Constant} node, or
   * one of these in 16-bit floats that a {@code Cast} makes float32.
   */
  public Optional<ConstantTensor> constant(String value) {
    ConstantTensor initializer = initializers.get(value);
    if (initializer != null) {
      return Optional.of(initializer);
    }
    Optional<OnnxNode> producer = producer(value);
    return producer
        .filter(n -> n.is("Constant"))
        .flatMap(ConstantNodes::value)
        .or(() -> widened(producer).map(constant -> constant.named(value)));
  }

  /** The initialiser whose elements {@code value} has, itself or behind a widening {@code Cast}. */
  public String stored(String value) {
    Optional<OnnxNode> cast = producer(value).filter(n -> n.is("Cast"));
    return cast.isPresent() && widened(cast).isPresent() ? cast.get().input(0) : value;
  }

  private Optional<ConstantTensor> widened(Optional<OnnxNode> producer) {
    return producer
        .filter(n -> n.is("Cast") && n.intAttribute("to", 0) == ElementType.FLOAT.code())
        .map(n -> n.input(0))
        .filter(name -> producer(name).filter(n -> !n.is("Constant")).isEmpty())
        .flatMap(this::constant)
        .filter(half -> TensorData.Widened.isHalf(half.type()))
        .map(ConstantTensor::widened);
  }

  GraphProto proto() {
    return proto;
  }

  @Nullable ExternalFiles files() {
    return files;
  }
}
