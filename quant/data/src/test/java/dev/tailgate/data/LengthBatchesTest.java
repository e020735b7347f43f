package dev.tailgate.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.LengthBatches.Placed;
import dev.tailgate.data.LengthBatches.Rule;
import dev.tailgate.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Batches of similar length in an order drawn by seed. */
class LengthBatchesTest {
  private static final int SAMPLES = 101;

  private int reads;

  /** Lengths of 1 to 12, drawn. */
  private Iterable<Sample> samples() {
    Random random = new Random(5);
    List<Sample> samples =
        IntStream.range(0, SAMPLES).mapToObj(i -> sample(i, 1 + random.nextInt(12))).toList();
    return () -> {
      reads++;
      return samples.iterator();
    };
  }

  private static Sample sample(int index, int length) {
    Tensor ids = Tensor.ofLongs(new long[length], length);
    return new Sample(index, Map.of("ids", ids), Optional.empty(), length);
  }

  private static LengthBatches batches(boolean mixes, long seed, long window) {
    return new LengthBatches(new Rule(8, mixes, seed, window, Sample::tokens));
  }

  private List<List<Placed>> all(LengthBatches batches) {
    List<List<Placed>> all = new ArrayList<>();
    Iterator<List<Placed>> iterator = batches.iterate(samples());
    iterator.forEachRemaining(all::add);
    return all;
  }

  private static List<Long> places(List<List<Placed>> batches) {
    return batches.stream().flatMap(List::stream).map(Placed::place).toList();
  }

  private static int longest(List<Placed> batch) {
    return batch.stream().mapToInt(p -> p.sample().tokens()).max().orElseThrow();
  }

  private static int shortest(List<Placed> batch) {
    return batch.stream().mapToInt(p -> p.sample().tokens()).min().orElseThrow();
  }

  @Test
  void everySampleIsInOneBatchUnderItsPlace() {
    List<List<Placed>> all = all(batches(true, 0, 1 << 20));
    assertThat(places(all)).hasSize(SAMPLES).doesNotHaveDuplicates();
    assertThat(all.stream().flatMap(List::stream)).allMatch(p -> p.place() == p.sample().index());
    assertThat(all).hasSize(13).allMatch(batch -> batch.size() <= 8);
  }

  @Test
  void noBatchReachesIntoTheLengthsOfAnother() {
    List<List<Placed>> all = new ArrayList<>(all(batches(true, 0, 1 << 20)));
    all.sort((a, b) -> Integer.compare(shortest(a) + longest(a), shortest(b) + longest(b)));
    for (int i = 1; i < all.size(); i++) {
      assertThat(longest(all.get(i - 1))).isLessThanOrEqualTo(shortest(all.get(i)));
    }
  }

  @Test
  void theOrderIsDrawnBySeedAndTheSameInEveryPass() {
    LengthBatches batches = batches(true, 3, 1 << 20);
    List<List<Placed>> first = all(batches);
    assertThat(all(batches)).isEqualTo(first);
    assertThat(reads).isEqualTo(1);
    assertThat(places(all(batches(true, 4, 1 << 20)))).isNotEqualTo(places(first));
    List<Integer> lengths = first.stream().map(LengthBatchesTest::longest).toList();
    assertThat(lengths).isNotEqualTo(lengths.stream().sorted().toList());
  }

  @Test
  void whereNothingHidesPaddingABatchHasOneLength() {
    List<List<Placed>> all = all(batches(false, 0, 1 << 20));
    assertThat(places(all)).hasSize(SAMPLES).doesNotHaveDuplicates();
    assertThat(all).allMatch(batch -> shortest(batch) == longest(batch));
  }

  @Test
  void whatDoesNotFitIntoOneWindowIsReadAgainAndBatchedTheSame() {
    LengthBatches batches = batches(true, 0, 20 * sample(0, 6).bytes());
    List<List<Placed>> first = all(batches);
    // Full batches up to the last one, so that windows cost no small runs.
    assertThat(first).hasSize(13);
    assertThat(places(first.subList(0, 3))).allMatch(place -> place < 24);
    assertThat(places(all(batches))).isEqualTo(places(first));
    assertThat(reads).isEqualTo(2);
  }

  @Test
  void trainingKeepsPairsTogetherInFullBatchesOfSimilarLength() {
    LengthBatches batches =
        new LengthBatches(new Rule(8, true, 1, 1 << 20, Sample::tokens).training(2));
    List<List<Placed>> all = all(batches);
    // 101 samples are 50 pairs and one without its other; 12 batches of 4 pairs.
    assertThat(all).hasSize(12).allMatch(batch -> batch.size() == 8);
    assertThat(places(all)).doesNotHaveDuplicates();
    for (List<Placed> batch : all) {
      for (int i = 0; i < batch.size(); i += 2) {
        assertThat(batch.get(i).place() % 2).isZero();
        assertThat(batch.get(i + 1).place()).isEqualTo(batch.get(i).place() + 1);
      }
    }
    double spread = all.stream().mapToInt(LengthBatchesTest::longest).summaryStatistics().getMin();
    assertThat(spread).isLessThan(9);
  }

  @Test
  void trainingDrawsOtherBatchesByAnotherSeed() {
    List<List<Placed>> one =
        all(new LengthBatches(new Rule(8, true, 1, 1 << 20, Sample::tokens).training(1)));
    List<List<Placed>> other =
        all(new LengthBatches(new Rule(8, true, 2, 1 << 20, Sample::tokens).training(1)));
    assertThat(one.stream().map(b -> places(List.of(b))))
        .doesNotContainAnyElementsOf(other.stream().map(b -> places(List.of(b))).toList());
  }
}
