package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.OperatorSetIdProto;
import dev.tailgate.onnx.proto.StringStringEntryProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A transaction on the main graph of a model. The model itself never changes: {@link #commit()}
 * orders the nodes, checks every invariant and returns a new model, or throws and leaves no trace.
 * Weights are carried over by reference. One edit belongs to one thread.
 */
public final class GraphEdit {
  private static final String ADVICE =
      "What made the edit has a bug; a value made in a graph inside is seen in that graph alone.";

  private final OnnxModel base;
  private final ValueNames names;
  private final List<NodeProto> added = new ArrayList<>();
  private final Set<Integer> removed = new HashSet<>();
  private final Map<Integer, Map<Integer, String>> redirected = new HashMap<>();
  private final Map<Integer, Map<String, String>> recaptured = new HashMap<>();
  private final Map<String, ConstantTensor> constants = new LinkedHashMap<>();
  private final List<ValueInfoProto> outputs = new ArrayList<>();
  private final List<ValueInfoProto> inputs = new ArrayList<>();
  private final Map<String, Long> imports = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<NodeProto> inside = new ArrayList<>();
  private final List<InnerFunction> functions = new ArrayList<>();
  private String unusedPrefix = "";
  private OptionalLong opset = OptionalLong.empty();

  GraphEdit(OnnxModel base) {
    this(base, new FreshNames(base));
  }

  private GraphEdit(OnnxModel base, FreshNames names) {
    this.base = base;
    this.names = new ValueNames(names);
    this.constants.putAll(base.graph().initializers());
  }

  /**
   * Starts a graph of its own inside the model: a branch, the body of a loop or of a function. It
   * ends where {@link NodeDraft#attribute(String, GraphEdit)} or {@link #function} takes it, not by
   * a commit; its names differ from all others.
   */
  public GraphEdit inner() {
    return new GraphEdit(BlankModel.of(base.opsets()), names.taken());
  }

  /** The graph that was built, for an attribute or a function. */
  InnerGraph finish() {
    List<NodeProto> nodes = added.stream().map(names::in).toList();
    GraphProto.Builder graph = GraphProto.newBuilder().setName(fresh("body"));
    graph.addAllNode(GraphOrder.sort(nodes, "a graph inside the edited one"));
    graph.addAllInput(inputs).addAllOutput(outputs);
    List<NodeProto> all = new ArrayList<>(nodes);
    all.addAll(inside);
    return new InnerGraph(graph.build(), List.copyOf(constants.values()), all);
  }

  /** Counts the nodes of a graph inside as added, so that the commit looks at them too. */
  GraphProto adopt(InnerGraph inner) {
    inside.addAll(inner.nodes());
    return inner.withConstants();
  }

  /**
   * Defines an operator by a graph. Its domain is imported as version 1; its inputs and outputs are
   * those that {@code body} declares, and it sees nothing of the graphs around it.
   */
  public GraphEdit function(String domain, String name, GraphEdit body) {
    InnerGraph inner = body.finish();
    inside.addAll(inner.nodes());
    functions.add(new InnerFunction(domain, name, inner));
    return importDomain(domain, 1);
  }

  /**
   * Names a value that a node of this edit makes; {@code value} keeps meaning it within the edit.
   *
   * @throws ModelException where the name is taken
   */
  public GraphEdit rename(String value, String name) {
    names.rename(value, name);
    return this;
  }

  /**
   * Takes a name for a value.
   *
   * @throws ModelException where it is taken
   */
  public void take(String name) {
    names.take(name);
  }

  /** A value name that occurs nowhere in the model, beginning with {@code hint}. */
  public String fresh(String hint) {
    return names.taken().next(hint);
  }

  /** Starts a node; its outputs are named after {@code hint}. */
  public NodeDraft node(String opType, String hint) {
    return new NodeDraft(this, opType, hint);
  }

  void append(NodeProto node) {
    added.add(node);
    names.made(node);
  }

  /** Whether a node added by this edit makes {@code value}. */
  public boolean makes(String value) {
    return names.makes(value);
  }

  /** What {@code value} is called in the end. */
  public String nameOf(String value) {
    return names.of(value);
  }

  /** Adds a constant under a fresh name derived from its own, and returns that name. */
  public String constant(ConstantTensor tensor) {
    String name = fresh(tensor.name());
    constants.put(name, tensor.named(name));
    return name;
  }

  /**
   * Adds a constant under its own name.
   *
   * @throws ModelException where the name is taken
   */
  public GraphEdit namedConstant(ConstantTensor tensor) {
    names.take(tensor.name());
    constants.put(tensor.name(), tensor);
    return this;
  }

  /**
   * Adds a constant under the name of a value whose node the same edit removes: who reads the value
   * reads the constant.
   */
  public GraphEdit constantInPlaceOf(String value, ConstantTensor tensor) {
    constants.put(value, tensor.named(value));
    return this;
  }

  /**
   * Gives the initialiser {@code name} the elements, type and dimensions of {@code tensor}; its
   * users stay.
   */
  public GraphEdit replaceConstant(String name, ConstantTensor tensor) {
    requireConstant(name);
    constants.put(name, tensor.named(name));
    return this;
  }

  /** Removes an initialiser; it must be unused by the time of the commit. */
  public GraphEdit removeConstant(String name) {
    requireConstant(name);
    constants.remove(name);
    return this;
  }

  private void requireConstant(String name) {
    if (!constants.containsKey(name)) {
      throw new IllegalArgumentException("No initialiser " + Printable.of(name));
    }
  }

  /** Removes a node of the base model; its outputs must be unused by the time of the commit. */
  public GraphEdit remove(OnnxNode node) {
    removed.add(indexOf(node));
    return this;
  }

  /**
   * Puts nodes back that {@link NodeArchive#write} recorded; what makes the same values now must be
   * removed in the same edit.
   *
   * @throws ModelException for text that is no such record
   */
  public GraphEdit restore(String archive) {
    added.addAll(NodeArchive.read(archive));
    return this;
  }

  /**
   * At the commit, drops constants whose name begins with {@code prefix} and nothing uses:
   * initialisers, and in functions, which have none, {@code Constant} nodes.
   */
  public GraphEdit dropUnusedConstants(String prefix) {
    unusedPrefix = prefix;
    return this;
  }

  private void dropUnused(List<NodeProto> nodes) {
    if (unusedPrefix.isEmpty()) {
      return;
    }
    Set<String> used = new HashSet<>();
    nodes.forEach(
        node -> {
          used.addAll(node.getInputList());
          used.addAll(GraphScope.captured(node));
        });
    base.graph().outputs().forEach(output -> used.add(output.name()));
    constants.keySet().removeIf(name -> name.startsWith(unusedPrefix) && !used.contains(name));
    nodes.removeIf(
        node ->
            node.getOpType().equals("Constant")
                && node.getOutput(0).startsWith(unusedPrefix)
                && !used.contains(node.getOutput(0)));
  }

  /** Makes one use read {@code value} instead of what it reads now. */
  public GraphEdit redirect(OnnxGraph.Use use, String value) {
    if (use.inputIndex() < 0) {
      throw new IllegalArgumentException(
          use.node() + " captures the value in a subgraph: use replaceUses");
    }
    redirected
        .computeIfAbsent(indexOf(use.node()), k -> new HashMap<>())
        .put(use.inputIndex(), value);
    return this;
  }

  /** An index means nothing in another graph: a node of an older snapshot would hit any node. */
  private int indexOf(OnnxNode node) {
    List<OnnxNode> nodes = base.graph().nodes();
    if (node.index() >= nodes.size() || nodes.get(node.index()) != node) {
      throw new IllegalArgumentException(
          node + " is not a node of the main graph of the model being edited");
    }
    return node.index();
  }

  /**
   * Makes every use of {@code value} in the base model, captures by subgraphs included, read {@code
   * replacement}. Nodes added by this edit and graph outputs keep reading {@code value}.
   */
  public GraphEdit replaceUses(String value, String replacement) {
    for (OnnxGraph.Use use : base.graph().uses(value)) {
      if (use.inputIndex() < 0) {
        recaptured
            .computeIfAbsent(use.node().index(), k -> new HashMap<>())
            .put(value, replacement);
      } else {
        redirect(use, replacement);
      }
    }
    return this;
  }

  /**
   * Declares {@code info} as a further output; nothing happens where the value is an output
   * already. An {@link ElementType#UNDEFINED} type leaves type and shape to inference by the
   * runtime.
   */
  public GraphEdit addOutput(ValueInfo info) {
    boolean declared =
        base.graph().isOutput(info.name())
            || outputs.stream().anyMatch(output -> output.getName().equals(info.name()));
    if (!declared) {
      outputs.add(declared(info));
    }
    return this;
  }

  /** Declares a further input. */
  public GraphEdit addInput(ValueInfo info) {
    names.taken().reserve(info.name());
    inputs.add(declared(info));
    return this;
  }

  private static ValueInfoProto declared(ValueInfo info) {
    return info.type() == ElementType.UNDEFINED
        ? ValueInfoProto.newBuilder().setName(info.name()).build()
        : info.toProto();
  }

  /** Imports an operator domain unless the model already does. */
  public GraphEdit importDomain(String domain, long version) {
    imports.put(OnnxNode.normalDomain(domain), version);
    return this;
  }

  /**
   * Imports the standard operators in another version, which is what all nodes are meant in once
   * this is committed: those that stay as well as those that are added.
   */
  public GraphEdit opset(long version) {
    opset = OptionalLong.of(version);
    return this;
  }

  /** Sets an entry of the model metadata. */
  public GraphEdit metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /**
   * Applies the edit.
   *
   * @throws ModelException when the result would break an invariant
   */
  public OnnxModel commit() {
    GraphProto.Builder graph = base.graph().proto().toBuilder().clearNode();
    List<NodeProto> nodes = new ArrayList<>();
    for (OnnxNode node : base.graph().nodes()) {
      if (!removed.contains(node.index())) {
        nodes.add(rewired(node));
      }
    }
    added.forEach(node -> nodes.add(names.in(node)));
    dropUnused(nodes);
    graph.addAllNode(GraphOrder.sort(nodes, "the edited graph"));
    // Old files repeat an initialiser as input; left alone, that input would now ask for a feed.
    for (int i = graph.getInputCount() - 1; i >= 0; i--) {
      String name = graph.getInput(i).getName();
      if (base.graph().initializers().containsKey(name) && !constants.containsKey(name)) {
        graph.removeInput(i);
      }
    }
    graph.addAllOutput(outputs).addAllInput(inputs);
    OnnxModel result =
        new OnnxModel(
            shell(),
            new OnnxGraph(graph.build(), constants.values(), base.graph().files()),
            base.path(),
            base.reserved());
    GraphChecks.opsetCovers(added, result);
    GraphChecks.opsetCovers(inside, result);
    GraphChecks.sound(result, "the edited graph", ADVICE);
    GraphChecks.interfaceKept(base, result, namesOf(outputs), namesOf(inputs));
    return result;
  }

  private NodeProto rewired(OnnxNode node) {
    NodeProto proto = node.proto();
    Map<Integer, String> inputsOfNode = redirected.get(node.index());
    if (inputsOfNode != null) {
      NodeProto.Builder out = proto.toBuilder();
      inputsOfNode.forEach(out::setInput);
      proto = out.build();
    }
    Map<String, String> captures = recaptured.get(node.index());
    return captures == null ? proto : GraphScope.renameCaptures(proto, captures);
  }

  private ModelProto shell() {
    ModelProto.Builder shell = base.shell().toBuilder();
    if (!functions.isEmpty()) {
      shell.setIrVersion(Math.max(shell.getIrVersion(), BlankModel.FUNCTIONS));
    }
    imports.forEach(
        (domain, version) -> {
          if (!base.opsets().containsKey(domain)) {
            shell.addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version));
          }
        });
    for (int i = 0; opset.isPresent() && i < shell.getOpsetImportCount(); i++) {
      if (OnnxNode.normalDomain(shell.getOpsetImport(i).getDomain()).isEmpty()) {
        shell.getOpsetImportBuilder(i).setVersion(opset.getAsLong());
      }
    }
    for (int i = shell.getMetadataPropsCount() - 1; i >= 0; i--) {
      String key = shell.getMetadataProps(i).getKey();
      if (metadata.containsKey(key)) {
        shell.removeMetadataProps(i);
      }
    }
    metadata.forEach(
        (key, value) ->
            shell.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    // Every function may call those before it, so it knows all that the model knows.
    functions.forEach(f -> shell.addFunctions(f.toProto(shell.getOpsetImportList())));
    return shell.build();
  }

  private static Set<String> namesOf(List<ValueInfoProto> infos) {
    Set<String> set = new HashSet<>();
    infos.forEach(info -> set.add(info.getName()));
    return set;
  }
}
