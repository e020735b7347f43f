package dev.tailgate.heal.precision;

import dev.tailgate.quant.placement.QuantPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Finds the few places that carry the damage, from coarse to fine: a block is quantized alone;
 * where that does less than what counts, none of its places is looked at, otherwise its halves are,
 * down to single places. The group with the most noise goes first, so that a limit of runs cuts off
 * what matters least. For k carriers among n places that takes in the order of k log n runs.
 */
final class Carriers {
  /**
   * A place, and the noise at the outputs with it alone rounded.
   *
   * @param noise in parts of the outputs' power
   */
  record Carrier(ExceptionPlace place, double noise) {}

  private record Group(List<ExceptionPlace> places, double noise) {}

  private Carriers() {}

  /**
   * The carriers, those with the most noise first.
   *
   * @param alone the noise with these places rounded and nothing else
   * @param least noise that counts
   * @param runs after so many groups that were rounded alone no more are; the blocks always are
   */
  static List<Carrier> among(
      List<ExceptionPlace> places,
      ToDoubleFunction<List<ExceptionPlace>> alone,
      double least,
      int runs) {
    PriorityQueue<Group> open =
        new PriorityQueue<>(Comparator.comparingDouble((Group g) -> -g.noise()));
    List<Carrier> found = new ArrayList<>();
    int left = runs;
    for (List<ExceptionPlace> group : blocks(places)) {
      add(new Group(group, alone.applyAsDouble(group)), least, open);
      left--;
    }
    while (!open.isEmpty() && left >= 2) {
      Group group = open.poll();
      int size = group.places().size();
      if (size == 1) {
        found.add(new Carrier(group.places().get(0), group.noise()));
        continue;
      }
      for (List<ExceptionPlace> half :
          List.of(group.places().subList(0, size / 2), group.places().subList(size / 2, size))) {
        add(new Group(half, alone.applyAsDouble(half)), least, open);
        left--;
      }
    }
    open.stream()
        .filter(group -> group.places().size() == 1)
        .forEach(group -> found.add(new Carrier(group.places().get(0), group.noise())));
    found.sort(Comparator.comparingDouble((Carrier c) -> -c.noise()));
    return List.copyOf(found);
  }

  private static void add(Group group, double least, PriorityQueue<Group> open) {
    if (group.noise() >= least) {
      open.add(group);
    }
  }

  /** Weights and activations of each block apart. */
  private static List<List<ExceptionPlace>> blocks(List<ExceptionPlace> places) {
    Map<String, List<ExceptionPlace>> blocks =
        places.stream()
            .collect(Collectors.groupingBy(Carriers::block, TreeMap::new, Collectors.toList()));
    return List.copyOf(blocks.values());
  }

  private static String block(ExceptionPlace place) {
    QuantPoint first = place.points().get(0);
    return first.layer() + (place.activations().isEmpty() ? " weights" : "");
  }
}
