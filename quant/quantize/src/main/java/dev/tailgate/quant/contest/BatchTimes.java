package dev.tailgate.quant.contest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long a batch takes each contestant. One number a round is kept. */
public final class BatchTimes implements Observer {
  private final Map<String, List<Double>> seconds = new LinkedHashMap<>();

  @Override
  public void accept(Round round) {
    for (Round.Turn turn : round.turns()) {
      seconds.computeIfAbsent(turn.name(), name -> new ArrayList<>()).add(turn.seconds());
    }
  }

  /**
   * Upper median over the batches, without the first where there are more: the first run of a
   * session allocates and packs. NaN without batches.
   */
  public double median(String name) {
    List<Double> all = seconds.getOrDefault(name, List.of());
    List<Double> sorted = all.stream().skip(all.size() > 1 ? 1 : 0).sorted().toList();
    return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
  }
}
