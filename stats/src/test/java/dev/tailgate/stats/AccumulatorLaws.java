package dev.tailgate.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * The laws of {@link Accumulator}, for a test class to inherit.
 *
 * @param <A> the accumulator
 */
public interface AccumulatorLaws<A extends Accumulator<A>> {

  /** Sums of at most 60 terms: 1e-9 leaves six digits for cancellation in the merge formulas. */
  double TOLERANCE = 1e-9;

  String SEED = "20240229";

  A empty();

  /** Feeds {@code stream[from..to)}; the index in the stream is the place of a value. */
  void feed(A into, float[] stream, int from, int to);

  /** What the accumulator says. Doubles are compared up to rounding, all else exactly. */
  List<Object> describe(A accumulator);

  @Property(seed = SEED)
  default void emptyIsTheIdentity(@ForAll("streams") float[] stream) {
    A plain = fed(stream);
    A left = empty();
    left.combine(fed(stream));
    A right = fed(stream);
    right.combine(empty());
    assertThat(describe(left)).isEqualTo(describe(plain));
    assertThat(describe(right)).isEqualTo(describe(plain));
  }

  @Property(seed = SEED)
  default void mergingEqualsConcatenation(
      @ForAll("streams") float[] stream, @ForAll Random random) {
    A merged = empty();
    chunks(stream, random).forEach(merged::combine);
    assertSame(merged, fed(stream));
  }

  @Property(seed = SEED)
  default void orderOfMergingDoesNotMatter(
      @ForAll("streams") float[] stream, @ForAll Random random) {
    List<A> chunks = chunks(stream, random);
    Collections.shuffle(chunks, random);
    A merged = empty();
    chunks.forEach(merged::combine);
    assertSame(merged, fed(stream));
  }

  @Property(seed = SEED)
  default void batchingDoesNotMatter(@ForAll("streams") float[] stream, @ForAll Random random) {
    A batched = empty();
    int from = 0;
    while (from < stream.length) {
      int to = from + 1 + random.nextInt(stream.length - from);
      feed(batched, stream, from, to);
      from = to;
    }
    assertSame(batched, fed(stream));
  }

  @Property(seed = SEED)
  default void combiningLeavesTheArgumentAlone(@ForAll("streams") float[] stream) {
    A argument = fed(stream);
    List<Object> before = describe(argument);
    A target = fed(stream);
    target.combine(argument);
    feed(target, stream, 0, stream.length);
    assertThat(describe(argument)).isEqualTo(before);
  }

  @Property(seed = SEED)
  default void canBeCombinedWithItself(@ForAll("streams") float[] stream) {
    A self = fed(stream);
    self.combine(self);
    A twice = fed(stream);
    twice.combine(fed(stream));
    assertThat(describe(self)).isEqualTo(describe(twice));
  }

  /** Bulk values on a grid, outliers, zeros of both signs, NaN and infinities. */
  @Provide
  default Arbitrary<float[]> streams() {
    Arbitrary<Float> bulk = Arbitraries.integers().between(-40, 40).map(i -> i / 8f);
    Arbitrary<Float> outliers = Arbitraries.integers().between(-300, 300).map(i -> i * 1.5f);
    Arbitrary<Float> special =
        Arbitraries.of(
            0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e-41f);
    return Arbitraries.frequencyOf(Tuple.of(12, bulk), Tuple.of(2, outliers), Tuple.of(1, special))
        .list()
        .ofMaxSize(60)
        .map(AccumulatorLaws::toArray);
  }

  private A fed(float[] stream) {
    A accumulator = empty();
    feed(accumulator, stream, 0, stream.length);
    return accumulator;
  }

  private List<A> chunks(float[] stream, Random random) {
    List<A> chunks = new ArrayList<>();
    int from = 0;
    while (from < stream.length) {
      int to = from + random.nextInt(Math.min(8, stream.length - from) + 1);
      A chunk = empty();
      feed(chunk, stream, from, to);
      chunks.add(chunk);
      from = to;
    }
    return chunks;
  }

  private void assertSame(A actual, A expected) {
    List<Object> found = describe(actual);
    List<Object> wanted = describe(expected);
    assertThat(found).hasSameSizeAs(wanted);
    for (int i = 0; i < wanted.size(); i++) {
      if (wanted.get(i) instanceof Double number && Double.isFinite(number)) {
        double tolerance = TOLERANCE * Math.max(1, Math.abs(number));
        assertThat((Double) found.get(i)).as("item %d", i).isCloseTo(number, within(tolerance));
      } else {
        assertThat(found.get(i)).as("item %d", i).isEqualTo(wanted.get(i));
      }
    }
  }

  private static float[] toArray(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }
}
