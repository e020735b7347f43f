package dev.tailgate.quant.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** By contestants that write down what is asked of them. */
class ContestTest {
  private final List<String> log = new ArrayList<>();
  private int reads;
  private long now;

  /** Gives {@code scale} times the input, and takes a nanosecond for each unit of it. */
  private Contestant times(String name, int scale) {
    return new Contestant(name, () -> open(name, scale));
  }

  private BatchRunner open(String name, int scale) {
    log.add("+" + name);
    return new BatchRunner() {
      @Override
      public Map<String, Tensor> run(Batch batch) {
        log.add(name + batch.firstPlace());
        now += scale;
        Tensor x = Objects.requireNonNull(batch.inputs().get("x"));
        return Map.of(
            "y",
            Tensor.ofFloats(new float[] {scale * first(x)}, 1),
            "z",
            Tensor.ofFloats(new float[100], 100));
      }

      @Override
      public void close() {
        log.add("-" + name);
      }
    };
  }

  private static float first(Tensor tensor) {
    return tensor.data().asFloatBuffer().get(0);
  }

  private Iterator<Batch> batches() {
    reads++;
    return Stream.of(0L, 1L, 2L)
        .map(
            i ->
                new Batch(
                    i,
                    1,
                    Map.of("x", Tensor.ofFloats(new float[] {i + 1f}, 1)),
                    Optional.empty(),
                    Optional.empty()))
        .iterator();
  }

  private static float y(Map<String, Tensor> outputs) {
    return first(Objects.requireNonNull(outputs.get("y")));
  }

  @Test
  void everybodyRunsEveryBatchAndObserversSeeAllOfARound() {
    List<String> seen = new ArrayList<>();
    try (Contest contest = Contest.open(times("r", 1), this::batches, Keep.NOTHING)) {
      contest.run(
          List.of(times("a", 10), times("b", 100)),
          round -> seen.add(y(round.reference()) + " " + y(round.of("a")) + " " + y(round.of("b"))),
          round -> seen.add("batch " + round.batch().firstPlace()));
    }
    assertThat(seen)
        .containsExactly(
            "1.0 10.0 100.0", "batch 0", "2.0 20.0 200.0", "batch 1", "3.0 30.0 300.0", "batch 2");
    assertThat(reads).isEqualTo(1);
  }

  /** One that keeps what the reference gave, and one that does not. */
  @Test
  void someSamplesAreRunAloneAndALaterPassHasAll() {
    for (boolean isKept : new boolean[] {false, true}) {
      Keep keep = isKept ? Keep.of(Set.of("y")) : Keep.NOTHING;
      List<Float> few = new ArrayList<>();
      List<Float> all = new ArrayList<>();
      try (Contest contest = Contest.open(times("r", 1), this::batches, keep)) {
        contest.run(List.of());
        contest.run(2, List.of(times("a", 10)), round -> few.add(y(round.of("a"))));
        contest.run(List.of(times("b", 10)), round -> all.add(y(round.of("b"))));
      }
      // Of what is kept every other one, of what is not the first.
      assertThat(few).containsExactly(10f, isKept ? 30f : 20f);
      assertThat(all).containsExactly(10f, 20f, 30f);
    }
  }

  @Test
  void sessionsAreOpenForAPassAndClosedInReverse() {
    try (Contest contest = Contest.open(times("r", 1), this::batches, Keep.NOTHING)) {
      contest.run(List.of(times("a", 1), times("b", 1)));
      contest.run(List.of());
    }
    assertThat(String.join(" ", log))
        .isEqualTo("+r +a +b r0 a0 b0 r1 a1 b1 r2 a2 b2 -b -a r0 r1 r2 -r");
    assertThat(reads).isEqualTo(2);
  }

  @Test
  void whatIsKeptNeedsNeitherTheDataNorTheReferenceAgain() {
    List<Float> sums = new ArrayList<>();
    List<Integer> outputs = new ArrayList<>();
    try (Contest contest = Contest.open(times("r", 1), this::batches, new Keep(one(), 3 * 8))) {
      for (int scale : new int[] {2, 3}) {
        contest.run(
            List.of(times("c", scale)),
            round -> sums.add(y(round.reference()) + y(round.of("c"))),
            round -> outputs.add(round.reference().size()));
      }
    }
    assertThat(sums).containsExactly(3f, 6f, 9f, 4f, 8f, 12f);
    // The first pass sees all outputs, later ones what was kept.
    assertThat(outputs).containsExactly(2, 2, 2, 1, 1, 1);
    assertThat(String.join(" ", log)).isEqualTo("+r +c r0 c0 r1 c1 r2 c2 -r -c +c c0 c1 c2 -c");
    assertThat(reads).isEqualTo(1);
  }

  private static Set<String> one() {
    return Set.of("y");
  }

  @Test
  void whatIsTooLargeIsReadAndRunAnew() {
    // A batch and its output are 8 bytes.
    try (Contest contest = Contest.open(times("r", 1), this::batches, new Keep(one(), 3 * 8 - 1))) {
      contest.run(List.of());
      contest.run(List.of());
    }
    assertThat(String.join(" ", log)).isEqualTo("+r r0 r1 r2 r0 r1 r2 -r");
    assertThat(reads).isEqualTo(2);
  }

  @Test
  void aContestantThatCannotBeOpenedLeavesNoneOpen() {
    Contestant broken =
        new Contestant(
            "broken",
            () -> {
              throw new IllegalStateException("does not load");
            });
    assertThatThrownBy(
            () -> {
              try (Contest contest = Contest.open(times("r", 1), this::batches, Keep.NOTHING)) {
                contest.run(List.of(times("a", 1), broken));
              }
            })
        .hasMessage("does not load");
    assertThat(log).containsExactly("+r", "+a", "-a", "-r");
  }

  @Test
  void anObserverThatRefusesEndsThePassAndClosesAll() {
    assertThatThrownBy(
            () -> {
              try (Contest contest =
                  Contest.open(times("r", 1), this::batches, new Keep(one(), 1000))) {
                contest.run(
                    List.of(times("a", 1)),
                    round -> {
                      throw new IllegalStateException("enough");
                    });
              }
            })
        .hasMessage("enough");
    assertThat(log).containsExactly("+r", "+a", "r0", "a0", "-a", "-r");
  }

  @Test
  void takingTurnsChangesWhoGoesFirstAndNotWhereItStands() {
    BatchTimes times = new BatchTimes();
    List<String> first = new ArrayList<>();
    try (Contest contest = Contest.takingTurns(times("r", 5), this::batches, 0, () -> now)) {
      contest.run(List.of(times("a", 7)), times, round -> first.add(round.turns().get(0).name()));
    }
    assertThat(String.join(" ", log)).isEqualTo("+r +a r0 a0 a1 r1 r2 a2 -a -r");
    assertThat(first).containsExactly("r", "r", "r");
    assertThat(times.median("r")).isEqualTo(5e-9);
    assertThat(times.median("a")).isEqualTo(7e-9);
  }

  @Test
  void aContestantOnABatchOfItsOwnRunsThatInEveryRound() {
    Batch own =
        new Batch(
            9,
            1,
            Map.of("x", Tensor.ofFloats(new float[] {7}, 1)),
            Optional.empty(),
            Optional.empty());
    List<Float> seen = new ArrayList<>();
    try (Contest contest = Contest.open(times("r", 1), this::batches, Keep.NOTHING)) {
      contest.run(List.of(times("a", 1).on(own)), round -> seen.add(y(round.of("a"))));
    }
    assertThat(seen).containsExactly(7f, 7f, 7f);
  }

  @Test
  void aNameThatNobodyHasIsRefused() {
    try (Contest contest = Contest.open(times("r", 1), this::batches, Keep.NOTHING)) {
      assertThatThrownBy(() -> contest.run(List.of(), round -> round.of("x")))
          .hasMessageContaining("x");
    }
  }
}
