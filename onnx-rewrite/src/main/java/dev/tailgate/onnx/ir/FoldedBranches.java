package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Puts the nodes of a {@link FlatBranches flat} model back into the branches they lie in, with what
 * passes have added.
 *
 * <p>A value of a branch that is read outside, as the statistics of a tap are, becomes a further
 * output of the {@code If}. The other branch gives a tensor without elements for it, of shape
 * {@code [0]}: whoever reads it sees that the branch was not taken.
 */
final class FoldedBranches {
  private final GraphProto flat;
  private final List<NodeProto> nodes;
  private final FlatPlaces places;
  private final ElementTypes types;
  private final FreshNames names;
  private final Map<String, ValueInfoProto> infos = new HashMap<>();

  /** A value as it is made in one place, and what it is called there and further out. */
  private record Made(String value, BranchPlace place) {}

  private final Map<String, ConstantTensor> constants;
  private final Map<BranchPlace, Map<String, String>> ownConstants = new HashMap<>();
  private final Map<Made, Map<BranchPlace, String>> called = new HashMap<>();
  private final Map<BranchPlace, List<Made>> exposed = new LinkedHashMap<>();

  private FoldedBranches(OnnxModel model) {
    this.flat = model.graph().proto();
    this.nodes = flat.getNodeList();
    this.places = new FlatPlaces(nodes, flat.getOutputList());
    this.types = ElementTypes.of(model.graph());
    this.names = new FreshNames(model);
    this.constants = new LinkedHashMap<>(model.graph().initializers());
    flat.getValueInfoList().forEach(info -> infos.put(info.getName(), info));
  }

  /** The model as runtimes know it; the same one where it is not flat. */
  static OnnxModel of(OnnxModel model) {
    if (!model.opsets().containsKey(FlatBranches.DOMAIN)) {
      return model;
    }
    FoldedBranches branches = new FoldedBranches(model);
    GraphProto folded = branches.folded();
    ModelProto.Builder shell = model.shell().toBuilder();
    for (int i = shell.getOpsetImportCount() - 1; i >= 0; i--) {
      if (shell.getOpsetImport(i).getDomain().equals(FlatBranches.DOMAIN)) {
        shell.removeOpsetImport(i);
      }
    }
    OnnxModel result =
        new OnnxModel(
            shell.build(),
            new OnnxGraph(folded, branches.left(folded), model.graph().files()),
            model.path(),
            model.reserved());
    GraphChecks.sound(result, "the folded graph", "What folds branches has a bug.");
    return result;
  }

  private GraphProto folded() {
    nameValues();
    Map<BranchPlace, GraphProto.Builder> graphs = new HashMap<>();
    List<Integer> choices = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      if (FlatPlaces.isChoice(nodes.get(i))) {
        choices.add(i);
        continue;
      }
      for (BranchPlace place : places.of(i)) {
        graph(graphs, place).addNode(within(nodes.get(i), place));
      }
    }
    // What lies in a branch is complete when the choices inside it are.
    choices.sort(Comparator.comparing((Integer i) -> -onlyPlace(i).depth()));
    for (int i : choices) {
      graph(graphs, onlyPlace(i)).addNode(choice(i, onlyPlace(i), graphs));
    }
    GraphProto.Builder main = flat.toBuilder().clearNode().clearValueInfo();
    GraphProto.Builder made = graph(graphs, BranchPlace.MAIN);
    main.addAllNode(GraphOrder.sort(made.getNodeList(), "the folded graph"));
    Set<String> inMain = new LinkedHashSet<>(GraphScope.localNames(main.build()));
    flat.getValueInfoList().stream()
        .filter(info -> inMain.contains(info.getName()))
        .forEach(main::addValueInfo);
    return main.build();
  }

  private BranchPlace onlyPlace(int choice) {
    return places.of(choice).iterator().next();
  }

  /** The constants of the main graph, without those that only a branch has now. */
  private List<ConstantTensor> left(GraphProto folded) {
    Set<String> read = new LinkedHashSet<>();
    folded.getNodeList().forEach(node -> read.addAll(FlatPlaces.inputs(node)));
    folded.getOutputList().forEach(output -> read.add(output.getName()));
    Set<String> moved = new LinkedHashSet<>();
    ownConstants.values().forEach(own -> moved.addAll(own.keySet()));
    return constants.values().stream()
        .filter(constant -> read.contains(constant.name()) || !moved.contains(constant.name()))
        .toList();
  }

  private static GraphProto.Builder graph(
      Map<BranchPlace, GraphProto.Builder> graphs, BranchPlace place) {
    return graphs.computeIfAbsent(place, p -> GraphProto.newBuilder());
  }

  /** Decides how far out each value is read, and what it is called on the way. */
  private void nameValues() {
    Map<Made, Set<BranchPlace>> readFrom = new LinkedHashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      NodeProto node = nodes.get(i);
      for (BranchPlace place : places.of(i)) {
        if (FlatPlaces.isChoice(node)) {
          note(node.getInput(0), place, readFrom);
          for (int k = 1; k < node.getInputCount(); k++) {
            int branch = k <= FlatPlaces.width(node) ? 0 : 1;
            note(node.getInput(k), place.inside(i, branch), readFrom);
          }
        } else {
          FlatPlaces.inputs(node).forEach(input -> note(input, place, readFrom));
        }
      }
    }
    flat.getOutputList().forEach(o -> note(o.getName(), BranchPlace.MAIN, readFrom));
    Set<String> taken = new LinkedHashSet<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (String output : nodes.get(i).getOutputList()) {
        for (BranchPlace place : output.isEmpty() ? Set.<BranchPlace>of() : places.of(i)) {
          Made made = new Made(output, place);
          BranchPlace out =
              readFrom.getOrDefault(made, Set.of()).stream().reduce(place, BranchPlace::common);
          Map<BranchPlace, String> chain = new HashMap<>();
          for (BranchPlace at = place; ; at = Objects.requireNonNull(at.outer())) {
            boolean last = at.equals(out);
            chain.put(at, last && taken.add(output) ? output : names.next(output));
            if (last) {
              break;
            }
            exposed.computeIfAbsent(at, p -> new ArrayList<>()).add(made);
          }
          called.put(made, chain);
        }
      }
    }
  }

  private void note(String value, BranchPlace reader, Map<Made, Set<BranchPlace>> readFrom) {
    places
        .made(value, reader)
        .ifPresent(
            place ->
                readFrom
                    .computeIfAbsent(new Made(value, place), m -> new LinkedHashSet<>())
                    .add(reader));
  }

  /** What a reader in {@code reader} calls {@code value}. */
  private String name(String value, BranchPlace reader) {
    Optional<BranchPlace> place = places.made(value, reader);
    if (place.isEmpty()) {
      return value;
    }
    Map<BranchPlace, String> chain =
        Objects.requireNonNull(called.get(new Made(value, place.get())));
    return chain.entrySet().stream()
        .filter(entry -> reader.isWithin(entry.getKey()))
        .reduce((a, b) -> a.getKey().depth() > b.getKey().depth() ? a : b)
        .orElseThrow()
        .getValue();
  }

  private NodeProto within(NodeProto node, BranchPlace place) {
    Map<String, String> renamed = new HashMap<>();
    Set<String> local = ofKernels(node, place);
    FlatPlaces.inputs(node)
        .forEach(
            input ->
                renamed.put(input, local.contains(input) ? own(input, place) : name(input, place)));
    NodeProto.Builder out = GraphScope.renameCaptures(node, renamed).toBuilder();
    for (int i = 0; i < node.getInputCount(); i++) {
      out.setInput(i, renamed.getOrDefault(node.getInput(i), ""));
    }
    for (int i = 0; i < node.getOutputCount(); i++) {
      out.setOutput(i, madeName(node.getOutput(i), place));
    }
    return unmarked(out);
  }

  /**
   * Constants that a quantizer in a branch needs in the branch itself, since ONNX Runtime looks for
   * them there when it fuses: scales, zero points and integer biases always, a weight only where
   * the other factor of its product is float, which makes {@code MatMulNBits} of the two.
   */
  private Set<String> ofKernels(NodeProto node, BranchPlace place) {
    String op = node.getOpType();
    if (place.equals(BranchPlace.MAIN)
        || !(op.equals("DequantizeLinear") || op.equals("QuantizeLinear"))) {
      return Set.of();
    }
    Set<String> local = new LinkedHashSet<>();
    for (int i = 0; i < node.getInputCount(); i++) {
      ConstantTensor constant = constants.get(node.getInput(i));
      boolean small = i > 0 || (constant != null && constant.type() == ElementType.INT32);
      if (constant != null && (small || isWeightAlone(node, place))) {
        local.add(node.getInput(i));
      }
    }
    return local;
  }

  private boolean isWeightAlone(NodeProto node, BranchPlace place) {
    String output = node.getOutput(0);
    for (int i = 0; i < nodes.size(); i++) {
      NodeProto reader = nodes.get(i);
      if (places.of(i).contains(place)
          && reader.getInputList().contains(output)
          && reader.getInputList().stream().limit(2).anyMatch(input -> !isDequantized(input))) {
        return true;
      }
    }
    return false;
  }

  private boolean isDequantized(String value) {
    return places.maker(value).filter(n -> n.getOpType().equals("DequantizeLinear")).isPresent();
  }

  /** A constant in the branch itself. */
  private String own(String constant, BranchPlace place) {
    return ownConstants
        .computeIfAbsent(place, p -> new LinkedHashMap<>())
        .computeIfAbsent(constant, names::next);
  }

  private String madeName(String value, BranchPlace place) {
    Map<BranchPlace, String> chain = called.get(new Made(value, place));
    return chain == null ? value : chain.getOrDefault(place, value);
  }

  private static NodeProto unmarked(NodeProto.Builder node) {
    for (int i = node.getMetadataPropsCount() - 1; i >= 0; i--) {
      String key = node.getMetadataProps(i).getKey();
      if (key.equals(FlatBranches.PLACE) || key.equals(FlatBranches.LABEL)) {
        node.removeMetadataProps(i);
      }
    }
    return node.build();
  }

  private NodeProto choice(
      int index, BranchPlace place, Map<BranchPlace, GraphProto.Builder> graphs) {
    NodeProto node = nodes.get(index);
    int width = FlatPlaces.width(node);
    BranchPlace then = place.inside(index, 0);
    BranchPlace otherwise = place.inside(index, 1);
    NodeProto.Builder out =
        NodeProto.newBuilder()
            .setOpType("If")
            .setName(node.getName())
            .setDocString(node.getDocString())
            .addInput(name(node.getInput(0), place));
    for (int i = 0; i < width; i++) {
      String output = i < node.getOutputCount() ? node.getOutput(i) : "";
      out.addOutput(output.isEmpty() ? "" : madeName(output, place));
    }
    List<Made> further = new ArrayList<>(exposed.getOrDefault(then, List.of()));
    int fromThen = further.size();
    further.addAll(exposed.getOrDefault(otherwise, List.of()));
    for (Made made : further) {
      out.addOutput(Objects.requireNonNull(Objects.requireNonNull(called.get(made)).get(place)));
    }
    for (int b = 0; b < 2; b++) {
      BranchPlace branch = b == 0 ? then : otherwise;
      GraphProto.Builder graph = graph(graphs, branch);
      graph.setName(b == 0 ? "then_branch" : "else_branch");
      ownConstants
          .getOrDefault(branch, Map.of())
          .forEach(
              (constant, own) ->
                  graph.addInitializer(
                      SessionBytes.inline(
                          Objects.requireNonNull(constants.get(constant)).named(own))));
      Set<String> given = new LinkedHashSet<>();
      for (int i = 0; i < width; i++) {
        give(node.getInput(1 + b * width + i), branch, graph, given);
      }
      for (int i = 0; i < further.size(); i++) {
        boolean own = (i < fromThen) == (b == 0);
        Made made = further.get(i);
        if (own) {
          String inner =
              Objects.requireNonNull(Objects.requireNonNull(called.get(made)).get(branch));
          graph.addOutput(ValueInfoProto.newBuilder().setName(distinct(inner, graph, given)));
        } else {
          graph.addOutput(ValueInfoProto.newBuilder().setName(empty(made.value(), graph)));
        }
      }
      GraphProto body =
          graph.build().toBuilder()
              .clearNode()
              .addAllNode(GraphOrder.sort(oneReaderEach(graph.getNodeList()), "a branch"))
              .build();
      out.addAttribute(
          AttributeProto.newBuilder()
              .setName(b == 0 ? "then_branch" : "else_branch")
              .setType(AttributeProto.AttributeType.GRAPH)
              .setG(body));
    }
    return out.build();
  }

  /**
   * Gives every reader of a {@code DequantizeLinear} one of its own. ONNX Runtime does so in the
   * main graph before it fuses, not in graphs inside, where it then makes two nodes of one name.
   */
  private List<NodeProto> oneReaderEach(List<NodeProto> list) {
    Map<String, NodeProto> dequantized = new HashMap<>();
    list.stream()
        .filter(node -> node.getOpType().equals("DequantizeLinear"))
        .forEach(node -> dequantized.put(node.getOutput(0), node));
    Set<String> read = new LinkedHashSet<>();
    List<NodeProto> out = new ArrayList<>();
    for (NodeProto node : list) {
      NodeProto.Builder changed = node.toBuilder();
      for (int i = 0; i < node.getInputCount(); i++) {
        NodeProto maker = dequantized.get(node.getInput(i));
        if (maker != null && !read.add(node.getInput(i))) {
          String copy = names.next(node.getInput(i));
          out.add(maker.toBuilder().setName(copy).setOutput(0, copy).build());
          changed.setInput(i, copy);
        }
      }
      out.add(changed.build());
    }
    return out;
  }

  /** An output of a branch is made inside it, and under a name of its own. */
  private void give(String value, BranchPlace branch, GraphProto.Builder graph, Set<String> given) {
    String name = name(value, branch);
    boolean inside = places.made(value, branch).filter(branch::equals).isPresent();
    ValueInfoProto info = infos.get(value);
    ValueInfoProto.Builder output = info == null ? ValueInfoProto.newBuilder() : info.toBuilder();
    graph.addOutput(
        output.setName(inside ? distinct(name, graph, given) : copied(name, graph, given)));
  }

  private String distinct(String name, GraphProto.Builder graph, Set<String> given) {
    return given.add(name) ? name : copied(name, graph, given);
  }

  private String copied(String name, GraphProto.Builder graph, Set<String> given) {
    String copy = names.next(name);
    graph.addNode(NodeProto.newBuilder().setOpType("Identity").addInput(name).addOutput(copy));
    given.add(copy);
    return copy;
  }

  /** A tensor without elements in the place of a value of the other branch. */
  private String empty(String value, GraphProto.Builder graph) {
    ElementType type = types.of(value);
    if (type == ElementType.UNDEFINED) {
      throw ModelException.doing("handing a value of a branch out")
          .expected("a value whose element type is known")
          .found("'" + value + "', of which the file states none")
          .fix("Export the model with the types of inner values.");
    }
    String name = names.next(value + "_not_run");
    graph.addNode(
        ConstantNodes.node(ConstantTensor.of(name, type, List.of(0L), ByteBuffer.allocate(0))));
    return name;
  }
}
