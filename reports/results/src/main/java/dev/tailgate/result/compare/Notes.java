package dev.tailgate.result.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** What cannot be compared, and why. */
final class Notes {
  private Notes() {}

  static List<String> of(List<Group> groups, List<MethodRun> runs, String baseline) {
    List<String> notes = new ArrayList<>();
    for (String family : groups.stream().map(Group::family).distinct().toList()) {
      List<Group> parts = groups.stream().filter(g -> g.family().equals(family)).toList();
      if (parts.size() > 1) {
        notes.add(family + ": results are not comparable across groups, " + differences(parts));
      }
    }
    for (Group group : groups) {
      if (!group.ranked()) {
        notes.add(
            group.title()
                + ": no best is marked, because the results do not say which samples they are"
                + " over; audit the models again with this version.");
      }
      if (group.rows().stream().noneMatch(row -> row.method().equals(baseline))) {
        notes.add(group.title() + ": there is no " + baseline + " to compare with.");
      }
      group.rows().stream()
          .flatMap(row -> row.against().notPaired().stream())
          .filter(reason -> reason.startsWith("not paired"))
          .distinct()
          .forEach(reason -> notes.add(group.title() + ": " + reason + "."));
      if (group.mixesOrigins() && group.rows().stream().anyMatch(MethodRow::isRewritten)) {
        notes.add(
            group.title()
                + ": some models were rewritten after training; a trained method and the same one"
                + " put into a finished model are different things.");
      }
      if (group.mixesOrigins() && group.rows().stream().anyMatch(MethodRow::isCured)) {
        notes.add(
            group.title()
                + ": some models were cured, that is trained further after a rewrite; their steps"
                + " come on top of the training of the others.");
      }
    }
    if (runs.stream().map(r -> r.result().run().rangeEstimator()).distinct().count() > 1) {
      notes.add("Results differ in how activation ranges were found.");
    }
    if (runs.stream().anyMatch(r -> r.result().run().syntheticInputs())) {
      notes.add("Some results are over made-up inputs; they say nothing about a task.");
    }
    return notes;
  }

  private static String differences(List<Group> groups) {
    List<String> kinds =
        Stream.of(
                differing("metric", groups, Conditions::metric),
                differing("scheme", groups, Conditions::schemeName),
                differing("tap preset", groups, Conditions::tapPreset),
                differing("data", groups, c -> c.dataSha256().orElse("?" + c.data())))
            .filter(kind -> !kind.isEmpty())
            .toList();
    return "which differ in " + String.join(", ", kinds) + ".";
  }

  private static String differing(
      String name, List<Group> groups, Function<Conditions, String> value) {
    return groups.stream().map(Group::conditions).map(value).distinct().count() > 1 ? name : "";
  }
}
