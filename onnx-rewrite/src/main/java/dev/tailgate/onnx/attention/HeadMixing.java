package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A linear map over the heads of scores or probabilities {@code [B, H, T, S]}, which leaves queries
 * and keys where they are (talking heads, arXiv 2003.02436). Exporters write it as
 *
 * <pre>
 *   Transpose(heads last) ─[Reshape]─ MatMul(W) ─[Add b]─[Reshape]─ Transpose(heads back)
 *   Conv(W [H, H, 1, 1])
 *   Einsum("bhts,hg->bgts", W)
 * </pre>
 *
 * Only these forms: what else multiplies scores by constants is a classifier or a router.
 *
 * @param input what is mixed
 * @param steps the nodes in graph order, each with the input that the data come in by
 */
record HeadMixing(String input, List<ScoreStep> steps) {
  private static final int FORWARD_STEPS = 7;
  private static final Set<String> ON_THE_WAY = Set.of("Cast", "Identity", "Reshape");

  HeadMixing {
    steps = List.copyOf(steps);
  }

  /** What comes out. */
  String output() {
    return steps.get(steps.size() - 1).node().output(0);
  }

  /** The mixing whose last node is {@code node}. */
  static Optional<HeadMixing> endingAt(Dataflow flow, OnnxNode node) {
    if (node.is("Transpose")) {
      return betweenTransposes(flow, node);
    }
    boolean single =
        (node.is("Conv") && isOverChannels(flow, node))
            || (node.is("Einsum") && isOverOneLetter(flow, node));
    if (!single) {
      return Optional.empty();
    }
    int data = flow.isConstant(node.input(0)) ? 1 : 0;
    return Optional.of(new HeadMixing(node.input(data), List.of(step(node, data))));
  }

  /** The mixing whose first node is that of {@code use}. */
  static Optional<HeadMixing> startingAt(Dataflow flow, OnnxGraph.Use use) {
    String from = use.node().input(use.inputIndex());
    OnnxNode at = use.node();
    for (int i = 0; i < FORWARD_STEPS; i++) {
      Optional<HeadMixing> ends = endingAt(flow, at).filter(mixing -> mixing.input().equals(from));
      if (ends.isPresent()) {
        return ends;
      }
      Optional<OnnxGraph.Use> next = flow.onlyUse(at.output(0));
      if (next.isEmpty()) {
        return Optional.empty();
      }
      at = next.get().node();
    }
    return Optional.empty();
  }

  private static Optional<HeadMixing> betweenTransposes(Dataflow flow, OnnxNode last) {
    List<ScoreStep> steps = new ArrayList<>(List.of(step(last, 0)));
    boolean mixed = false;
    OnnxNode at = flow.graph().producer(last.input(0)).orElse(null);
    while (at != null && !at.is("Transpose")) {
      int data = flow.isConstant(at.input(0)) ? 1 : 0;
      boolean mixes = !mixed && data == 0 && at.is("MatMul") && isSquare(flow, at.input(1));
      boolean bias = !mixed && at.is("Add") && flow.isConstant(at.input(1 - data));
      if (!mixes && !bias && !ON_THE_WAY.contains(at.opType())) {
        return Optional.empty();
      }
      mixed |= mixes;
      steps.add(step(at, data));
      at = flow.graph().producer(at.input(data)).orElse(null);
    }
    if (!mixed || at == null || !bringsHeadsBack(at, last)) {
      return Optional.empty();
    }
    steps.add(step(at, 0));
    Collections.reverse(steps);
    return Optional.of(new HeadMixing(at.input(0), steps));
  }

  /**
   * Whether {@code first} moves an axis before queries and keys to the end and {@code last} back.
   */
  private static boolean bringsHeadsBack(OnnxNode first, OnnxNode last) {
    List<Long> there = first.intsAttribute("perm").orElse(List.of());
    List<Long> back = last.intsAttribute("perm").orElse(List.of());
    int rank = there.size();
    return rank >= 3
        && back.size() == rank
        && there.get(rank - 1) < rank - 2
        && IntStream.range(0, rank).allMatch(i -> there.get(back.get(i).intValue()) == i);
  }

  private static boolean isSquare(Dataflow flow, String weights) {
    Optional<List<Long>> dims =
        flow.graph().constant(flow.source(weights)).map(ConstantTensor::dims);
    return flow.isConstant(weights)
        && dims.filter(d -> d.size() >= 2 && d.get(d.size() - 1).equals(d.get(d.size() - 2)))
            .isPresent();
  }

  /** A convolution over single positions of two axes that keeps the number of channels. */
  private static boolean isOverChannels(Dataflow flow, OnnxNode conv) {
    Optional<List<Long>> dims =
        flow.graph().constant(flow.source(conv.input(1))).map(ConstantTensor::dims);
    return !flow.isConstant(conv.input(0))
        && conv.intAttribute("group", 1) == 1
        && dims.filter(
                d ->
                    d.size() == 4
                        && d.get(0).equals(d.get(1))
                        && d.subList(2, 4).equals(List.of(1L, 1L)))
            .isPresent();
  }

  /** An Einsum with a matrix that renames one letter in front of queries and keys. */
  private static boolean isOverOneLetter(Dataflow flow, OnnxNode einsum) {
    String[] sides = einsum.stringAttribute("equation", "").replace(" ", "").split("->", -1);
    String[] terms = sides[0].split(",", -1);
    if (sides.length != 2 || terms.length != 2 || einsum.inputs().size() != 2) {
      return false;
    }
    int data = flow.isConstant(einsum.input(0)) ? 1 : 0;
    String from = terms[data];
    String to = sides[1];
    String weights = terms[1 - data];
    if (!flow.isConstant(einsum.input(1 - data))
        || flow.isConstant(einsum.input(data))
        || from.length() != to.length()
        || weights.length() != 2) {
      return false;
    }
    int[] changed =
        IntStream.range(0, from.length()).filter(i -> from.charAt(i) != to.charAt(i)).toArray();
    return changed.length == 1
        && changed[0] < from.length() - 2
        && weights.indexOf(from.charAt(changed[0])) >= 0
        && weights.indexOf(to.charAt(changed[0])) >= 0;
  }

  private static ScoreStep step(OnnxNode node, int dataInput) {
    return new ScoreStep(node, dataInput, true);
  }
}
