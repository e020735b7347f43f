package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.StringStringEntryProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the place of every node of a flat model. Nodes of the file have theirs. A node that a pass
 * added lies where all its readers lie, if what it reads can be seen there, and otherwise where the
 * innermost value that it reads is made. {@code DequantizeLinear} is repeated in each place that
 * reads it, since kernels are fused within one graph only.
 */
final class FlatPlaces {
  private final List<NodeProto> nodes;
  private final Map<String, Integer> makers = new HashMap<>();
  private final Map<String, BranchPlace> byName = new HashMap<>();
  private final List<List<Reader>> readers = new ArrayList<>();
  private final List<Set<BranchPlace>> places = new ArrayList<>();

  /** A use of a value, from a place; the outputs of the model are read from the main graph. */
  private record Reader(int node, Optional<BranchPlace> fixed) {}

  FlatPlaces(List<NodeProto> nodes, List<ValueInfoProto> outputs) {
    this.nodes = nodes;
    for (int i = 0; i < nodes.size(); i++) {
      readers.add(new ArrayList<>());
      places.add(Set.of());
      for (String output : nodes.get(i).getOutputList()) {
        makers.put(output, i);
      }
    }
    // A choice stands behind its branches, and an outer one behind those inside it.
    Map<Long, Integer> choices = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      if (isChoice(nodes.get(i))) {
        choices.put(number(nodes.get(i)), i);
      }
    }
    for (int i = 0; i < nodes.size(); i++) {
      mark(nodes.get(i)).ifPresent(mark -> named(mark, choices));
    }
    collectReaders(outputs);
    fromAbove();
    fromBelow();
  }

  /** Where node {@code i} stands: in one place, or in several as copies. */
  Set<BranchPlace> of(int i) {
    return places.get(i);
  }

  /** The copy of the maker of {@code value} that a reader in {@code reader} sees. */
  Optional<BranchPlace> made(String value, BranchPlace reader) {
    Integer maker = makers.get(value);
    if (maker == null) {
      return Optional.empty();
    }
    Set<BranchPlace> all = places.get(maker);
    return all.stream()
        .filter(reader::isWithin)
        .reduce((a, b) -> a.innerOf(b))
        .or(() -> all.stream().findFirst());
  }

  /** The node that makes {@code value}. */
  Optional<NodeProto> maker(String value) {
    return Optional.ofNullable(makers.get(value)).map(nodes::get);
  }

  static boolean isChoice(NodeProto node) {
    return node.getOpType().equals(FlatBranches.CHOICE)
        && node.getDomain().equals(FlatBranches.DOMAIN);
  }

  /** Outputs of each branch. */
  static int width(NodeProto choice) {
    return (choice.getInputCount() - 1) / 2;
  }

  private static long number(NodeProto choice) {
    return choice.getAttributeList().stream()
        .filter(a -> a.getName().equals(FlatBranches.NUMBER))
        .mapToLong(AttributeProto::getI)
        .findFirst()
        .orElseThrow();
  }

  private static Optional<String> mark(NodeProto node) {
    return node.getMetadataPropsList().stream()
        .filter(entry -> entry.getKey().equals(FlatBranches.PLACE))
        .map(StringStringEntryProto::getValue)
        .findFirst();
  }

  private BranchPlace named(String mark, Map<Long, Integer> choices) {
    if (mark.isEmpty()) {
      return BranchPlace.MAIN;
    }
    BranchPlace known = byName.get(mark);
    if (known == null) {
      String[] parts = mark.split("\\.", 2);
      Integer choice = choices.get(Long.parseLong(parts[0]));
      if (choice == null) {
        throw new IllegalStateException("An edit removed the choice that " + mark + " is of");
      }
      BranchPlace outer = named(mark(nodes.get(choice)).orElse(""), choices);
      known = outer.inside(choice, Integer.parseInt(parts[1]));
      byName.put(mark, known);
    }
    return known;
  }

  private void collectReaders(List<ValueInfoProto> outputs) {
    for (int i = 0; i < nodes.size(); i++) {
      NodeProto node = nodes.get(i);
      if (isChoice(node)) {
        BranchPlace own = known(i);
        read(node.getInput(0), new Reader(i, Optional.of(own)));
        for (int k = 1; k < node.getInputCount(); k++) {
          BranchPlace branch = own.inside(i, k <= width(node) ? 0 : 1);
          read(node.getInput(k), new Reader(i, Optional.of(branch)));
        }
      } else {
        for (String input : inputs(node)) {
          read(input, new Reader(i, Optional.empty()));
        }
      }
    }
    outputs.forEach(o -> read(o.getName(), new Reader(-1, Optional.of(BranchPlace.MAIN))));
  }

  /** What a node reads, the graphs inside it included. */
  static Set<String> inputs(NodeProto node) {
    Set<String> inputs = new LinkedHashSet<>(node.getInputList());
    inputs.addAll(GraphScope.captured(node));
    return inputs;
  }

  private BranchPlace known(int node) {
    return mark(nodes.get(node))
        .map(
            mark -> mark.isEmpty() ? BranchPlace.MAIN : byName.getOrDefault(mark, BranchPlace.MAIN))
        .orElse(BranchPlace.MAIN);
  }

  private void read(String value, Reader reader) {
    Integer maker = makers.get(value);
    if (maker != null) {
      readers.get(maker).add(reader);
    }
  }

  /** The innermost place from which a node of a pass can see what it reads. */
  private void fromAbove() {
    for (int i = 0; i < nodes.size(); i++) {
      if (mark(nodes.get(i)).isPresent()) {
        places.set(i, Set.of(known(i)));
        continue;
      }
      BranchPlace lowest = BranchPlace.MAIN;
      boolean first = true;
      for (String input : inputs(nodes.get(i))) {
        Integer maker = makers.get(input);
        if (maker != null) {
          BranchPlace place = places.get(maker).iterator().next();
          lowest = first ? place : lowest.innerOf(place);
          first = false;
        }
      }
      places.set(i, Set.of(lowest));
    }
  }

  /** Moves nodes of passes to their readers, the last ones first. */
  private void fromBelow() {
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (mark(nodes.get(i)).isPresent() || readers.get(i).isEmpty()) {
        continue;
      }
      BranchPlace least = places.get(i).iterator().next();
      Set<BranchPlace> from = new LinkedHashSet<>();
      for (Reader reader : readers.get(i)) {
        reader.fixed().ifPresentOrElse(from::add, () -> from.addAll(places.get(reader.node())));
      }
      if (nodes.get(i).getOpType().equals("DequantizeLinear")) {
        Set<BranchPlace> copies = new LinkedHashSet<>();
        from.forEach(place -> copies.add(place.isWithin(least) ? place : least));
        places.set(i, copies);
        continue;
      }
      BranchPlace common = from.stream().reduce(BranchPlace::common).orElse(least);
      if (common.isWithin(least)) {
        places.set(i, Set.of(common));
      }
    }
  }
}
