package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.NodeArchive;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Takes recorded replacements of the main graph back: removes the nodes of each group and puts the
 * nodes it had replaced in their place. Effect: {@link Effect#EXACT} with regard to the model
 * before the rewrite.
 */
public final class RestoreReplaced {
  /** The rule's name in reports. */
  public static final String NAME = "restore what was replaced";

  private RestoreReplaced() {}

  /** The highest group number in the main graph of {@code model}, or -1. */
  public static int lastGroup(OnnxModel model) {
    return groups(model).keySet().stream().mapToInt(Integer::intValue).max().orElse(-1);
  }

  /** Whether there is anything to take back in the main graph of {@code model}. */
  public static boolean applies(OnnxModel model) {
    return lastGroup(model) >= 0;
  }

  /** The main graph of {@code model} as it was before all recorded replacements. */
  public static OnnxModel apply(OnnxModel model) {
    OnnxModel at = model;
    while (applies(at)) {
      at = round(at);
    }
    return at;
  }

  /**
   * Replacements that took nodes of other replacements go first, the latest of them alone; what
   * only took original nodes can go together.
   */
  private static OnnxModel round(OnnxModel model) {
    SortedMap<Integer, List<OnnxNode>> groups = groups(model);
    List<Integer> onTop =
        groups.keySet().stream()
            .filter(group -> NodeArchive.mentions(archive(groups, group), SiteEdit.GROUP))
            .toList();
    List<Integer> now =
        onTop.isEmpty() ? List.copyOf(groups.keySet()) : List.of(onTop.get(onTop.size() - 1));
    GraphEdit edit = model.edit();
    for (int group : now) {
      groups.getOrDefault(group, List.of()).forEach(edit::remove);
      edit.restore(archive(groups, group));
    }
    return edit.dropUnusedConstants(Ops.PREFIX).commit();
  }

  private static String archive(Map<Integer, List<OnnxNode>> groups, int group) {
    return groups.getOrDefault(group, List.of()).stream()
        .map(node -> node.metadata().get(SiteEdit.REPLACED))
        .filter(text -> text != null)
        .findFirst()
        .orElseThrow(
            () ->
                ModelException.doing("restoring the attention of a model")
                    .expected("the nodes that replacement " + group + " took away")
                    .found("no record of them")
                    .fix("The model was changed since; start from the original model instead."));
  }

  private static SortedMap<Integer, List<OnnxNode>> groups(OnnxModel model) {
    SortedMap<Integer, List<OnnxNode>> groups = new TreeMap<>();
    for (OnnxNode node : model.graph().nodes()) {
      String group = node.metadata().get(SiteEdit.GROUP);
      if (group != null && group.matches("\\d{1,9}")) {
        groups.computeIfAbsent(Integer.parseInt(group), k -> new ArrayList<>()).add(node);
      }
    }
    return groups;
  }
}
