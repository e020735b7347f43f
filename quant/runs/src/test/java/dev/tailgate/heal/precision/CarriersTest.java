package dev.tailgate.heal.precision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.heal.precision.Carriers.Carrier;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.tap.TokenLayout;
import dev.tailgate.quant.placement.QuantPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class CarriersTest {
  private static final Map<String, Double> DAMAGE = Map.of("t17", 0.3, "t18", 0.2, "t90", 0.05);

  /** 128 activations in blocks of 16. */
  private static List<ExceptionPlace> places() {
    List<ExceptionPlace> places = new ArrayList<>();
    for (int i = 0; i < 128; i++) {
      QuantPoint point =
          new QuantPoint.Activation(
              "t" + i, "other", i / 16, ElementType.FLOAT, 3, new TokenLayout.None(), List.of());
      places.add(new ExceptionPlace("name:t" + i, List.of(point)));
    }
    return places;
  }

  /** Independent noise adds up; all others make little. */
  private static ToDoubleFunction<List<ExceptionPlace>> counting(AtomicInteger runs) {
    return group -> {
      runs.incrementAndGet();
      return group.stream()
          .mapToDouble(p -> DAMAGE.getOrDefault(p.points().get(0).tensor(), 1e-5))
          .sum();
    };
  }

  private static List<String> names(List<Carrier> carriers) {
    return carriers.stream().map(c -> c.place().selector()).toList();
  }

  @Test
  void theFewThatCarryTheDamageAreFoundInFewRunsTheWorstFirst() {
    AtomicInteger runs = new AtomicInteger();
    List<Carrier> carriers = Carriers.among(places(), counting(runs), 0.01, 1000);
    assertThat(names(carriers)).containsExactly("name:t17", "name:t18", "name:t90");
    assertThat(carriers.get(0).noise()).isEqualTo(0.3);
    // 8 blocks, then two halves on each of 4 levels of at most 3 paths.
    assertThat(runs.get()).isLessThanOrEqualTo(8 + 2 * 4 * 3);
  }

  @Test
  void whereNothingCountsNothingIsLookedInto() {
    AtomicInteger runs = new AtomicInteger();
    assertThat(Carriers.among(places(), counting(runs), 1, 1000)).isEmpty();
    assertThat(runs.get()).isEqualTo(8);
  }

  @Test
  void whatIsKnownWhenTheRunsAreUsedUpIsTheWorst() {
    AtomicInteger runs = new AtomicInteger();
    // The eight blocks, then the block with both of the worst down to single tensors.
    List<Carrier> carriers = Carriers.among(places(), counting(runs), 0.01, 17);
    assertThat(runs.get()).isLessThanOrEqualTo(17);
    assertThat(names(carriers)).containsExactly("name:t17");
  }
}
