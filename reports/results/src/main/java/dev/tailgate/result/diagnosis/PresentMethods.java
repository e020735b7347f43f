package dev.tailgate.result.diagnosis;

import dev.tailgate.result.RunResult;
import dev.tailgate.result.SiteInfo;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Methods that every attention of a model has already, so that none is advised again. */
final class PresentMethods {
  private PresentMethods() {}

  static Set<String> of(RunResult result) {
    List<SiteInfo> sites = result.sites();
    Set<String> present = new HashSet<>();
    if (all(sites, site -> site.normaliser().contains("softmax1"))) {
      present.add(Advice.SOFTMAX1);
    }
    if (all(sites, site -> site.normaliser().startsWith("clipped"))) {
      present.add(Advice.CLIPPED_SOFTMAX);
    }
    if (all(sites, site -> !site.gate().equals("none"))) {
      present.add(Advice.GATED_ATTENTION);
    }
    return present;
  }

  private static boolean all(List<SiteInfo> sites, Predicate<SiteInfo> has) {
    return !sites.isEmpty() && sites.stream().allMatch(has);
  }
}
