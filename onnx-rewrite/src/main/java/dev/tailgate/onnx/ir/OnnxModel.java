package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.OperatorSetIdProto;
import dev.tailgate.onnx.proto.StringStringEntryProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An immutable ONNX model: a graph plus what surrounds it. Passes take one and return another;
 * unchanged weights are shared by reference with the file they were loaded from, which therefore
 * must stay in place while the model is in use.
 */
public final class OnnxModel {
  private final ModelProto shell;
  private final OnnxGraph graph;
  private final Optional<Path> path;
  private final Set<String> reserved;

  /** {@code shell} is the model without its graph. */
  OnnxModel(ModelProto shell, OnnxGraph graph, Optional<Path> path) {
    this(shell, graph, path, Set.of());
  }

  /** {@code reserved} are names taken elsewhere, where this is a view of an inner graph. */
  OnnxModel(ModelProto shell, OnnxGraph graph, Optional<Path> path, Set<String> reserved) {
    this.shell = shell;
    this.graph = graph;
    this.path = path;
    this.reserved = reserved;
  }

  /**
   * Loads a model: maps the file, reads the graph, leaves the weights where they are.
   *
   * @throws ModelException for anything that is not a sound ONNX model
   */
  public static OnnxModel load(Path path) {
    return ModelReader.read(path);
  }

  /**
   * A model without nodes to build a graph in, see {@code GraphBuilder}; its file format is the
   * oldest that fits the operator set.
   *
   * @param opset version of the standard operators
   * @throws ModelException for a version that is not known
   */
  public static OnnxModel blank(long opset) {
    return BlankModel.of(Map.of("", opset));
  }

  /** A model without nodes that knows other domains too: versions by domain. */
  public static OnnxModel blank(long opset, Map<String, Long> others) {
    Map<String, Long> opsets = new LinkedHashMap<>();
    opsets.put("", opset);
    opsets.putAll(others);
    return BlankModel.of(opsets);
  }

  /**
   * Writes the model, replacing {@code target} in one step or not at all. Weights lie inside the
   * file, or beside it in {@code <name>.data} (then {@code <name>.<8 hex digits>.data}) where this
   * model has external data or is too large for one file.
   *
   * <p>Saving over the file this model was loaded from is sound, but ends the life of this object:
   * its weights are gone with the old file, and further use of them throws. Load the file again.
   */
  public void save(Path target) {
    try (StagedModel staged = StagedModel.of(this, target)) {
      staged.publish();
    }
  }

  /**
   * The model as bytes for a runtime session: weights of 1 KiB and more become external-data
   * references into their own files, named relative to {@link #weightsFolder()}.
   *
   * @throws ModelException when a weight file was replaced since, or when what cannot be a
   *     reference (constants made by passes, functions) exceeds the 2 GiB limit of protobuf
   */
  public byte[] toSessionBytes() {
    return SessionBytes.of(FoldedBranches.of(this));
  }

  /** The folder that external-data references of {@link #toSessionBytes()} are relative to. */
  public Optional<Path> weightsFolder() {
    return path.map(ExternalData::folderOf);
  }

  /** Starts a transaction on the main graph. */
  public GraphEdit edit() {
    return new GraphEdit(this);
  }

  /** The same model with one entry of its metadata set, or removed where {@code value} is empty. */
  public OnnxModel withMetadata(String key, Optional<String> value) {
    ModelProto.Builder changed = shell.toBuilder().clearMetadataProps();
    shell.getMetadataPropsList().stream()
        .filter(entry -> !entry.getKey().equals(key))
        .forEach(changed::addMetadataProps);
    value.ifPresent(
        text ->
            changed.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(text)));
    return new OnnxModel(changed.build(), graph, path, reserved);
  }

  /**
   * The same model with each node of the main graph renamed to {@code before + index + after}, by
   * which a profile of the runtime can be read: files name nodes twice or not at all.
   */
  public OnnxModel numbered(String before, String after) {
    GraphProto.Builder renamed = graph.proto().toBuilder();
    for (int i = 0; i < renamed.getNodeCount(); i++) {
      renamed.getNodeBuilder(i).setName(before + i + after);
    }
    OnnxGraph copy = new OnnxGraph(renamed.build(), graph.initializers().values(), graph.files());
    return new OnnxModel(shell, copy, path, reserved);
  }

  /**
   * The same model with the nodes of the main graph in another order. The order decides nothing but
   * what a runtime does with it.
   *
   * @param nodes all nodes of the graph; one that stands before a node it depends on is moved
   *     behind it
   * @throws IllegalArgumentException for other nodes
   */
  public OnnxModel inOrder(List<OnnxNode> nodes) {
    if (nodes.size() != graph.nodes().size() || !Set.copyOf(nodes).containsAll(graph.nodes())) {
      throw new IllegalArgumentException("An order of " + nodes.size() + " other nodes");
    }
    GraphProto.Builder ordered = graph.proto().toBuilder().clearNode();
    nodes.forEach(node -> ordered.addNode(node.proto()));
    GraphProto sorted = GraphOrder.sorted(ordered.build(), "the graph in another order");
    OnnxGraph copy = new OnnxGraph(sorted, graph.initializers().values(), graph.files());
    return new OnnxModel(shell, copy, path, reserved);
  }

  /** The same model with inner values of the main graph as further outputs. */
  public OnnxModel exposing(Collection<String> values) {
    GraphEdit edit = edit();
    values.forEach(
        value -> edit.addOutput(new ValueInfo(value, ElementType.UNDEFINED, Optional.empty())));
    return edit.commit();
  }

  /** The main graph. */
  public OnnxGraph graph() {
    return graph;
  }

  /** Bodies of model-local functions, as graphs whose inputs and outputs have names only. */
  public List<OnnxFunction> functions() {
    return shell.getFunctionsList().stream()
        .map(function -> new OnnxFunction(function, graph.files()))
        .toList();
  }

  /** The file the model was loaded from. */
  public Optional<Path> path() {
    return path;
  }

  /** The files the model lies in: its own, then those with external data, in order of name. */
  public List<Path> files() {
    List<Path> files = new ArrayList<>();
    path.ifPresent(files::add);
    ExternalFiles external = graph.files();
    if (external != null) {
      external.located().stream().sorted().filter(f -> !files.contains(f)).forEach(files::add);
    }
    return files;
  }

  /** ONNX file format version. */
  public long irVersion() {
    return shell.getIrVersion();
  }

  /** Producer name and version as the exporter wrote them, control characters removed. */
  public String producer() {
    return Printable.of((shell.getProducerName() + " " + shell.getProducerVersion()).strip());
  }

  /** Operator set versions by domain; the standard domain is {@code ""}. */
  public Map<String, Long> opsets() {
    Map<String, Long> versions = new LinkedHashMap<>();
    for (OperatorSetIdProto opset : shell.getOpsetImportList()) {
      versions.merge(OnnxNode.normalDomain(opset.getDomain()), opset.getVersion(), Math::max);
    }
    return versions;
  }

  /** Version of the standard operators; 1 where the file (IR version below 3) states none. */
  public int opset() {
    return Math.toIntExact(opsets().getOrDefault("", 1L));
  }

  /** Metadata entries of the model. */
  public Map<String, String> metadata() {
    Map<String, String> entries = new LinkedHashMap<>();
    for (StringStringEntryProto entry : shell.getMetadataPropsList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    return entries;
  }

  ModelProto shell() {
    return shell;
  }

  Set<String> reserved() {
    return reserved;
  }
}
