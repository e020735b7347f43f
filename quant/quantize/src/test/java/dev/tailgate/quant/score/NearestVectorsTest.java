package dev.tailgate.quant.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NearestVectorsTest {
  @Test
  void areTheFirstOfAllOthersSortedByCosine() {
    Random random = new Random(4);
    // Few different values, so that many cosines are equal.
    List<double[]> vectors =
        IntStream.range(0, 60)
            .mapToObj(i -> random.ints(5, -1, 2).mapToDouble(x -> x).toArray())
            .toList();
    int[][] nearest = NearestVectors.of(vectors, 7);
    for (int i = 0; i < vectors.size(); i++) {
      double[] own = vectors.get(i);
      int self = i;
      int[] expected =
          IntStream.range(0, vectors.size())
              .filter(other -> other != self)
              .boxed()
              .sorted(
                  Comparator.comparingDouble(
                          (Integer other) -> Embeddings.cosine(own, vectors.get(other)))
                      .reversed())
              .limit(7)
              .mapToInt(Integer::intValue)
              .toArray();
      assertThat(nearest[i]).isEqualTo(expected);
    }
  }

  @Test
  void areAllOthersWhereThereAreFew() {
    List<double[]> two = List.of(new double[] {1, 0}, new double[] {0, 1});
    assertThat(NearestVectors.of(two, 10)).isDeepEqualTo(new int[][] {{1}, {0}});
    assertThat(NearestVectors.of(two.subList(0, 1), 10)).isDeepEqualTo(new int[1][0]);
  }
}
