package dev.tailgate.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardTest {
  private static List<Long> samples(Shard shard, long size) {
    return LongStream.range(0, shard.size(size)).map(shard::whole).boxed().toList();
  }

  /** Parts of all widths of a shard are the shard: nothing twice, nothing left out. */
  @ParameterizedTest
  @CsvSource({"0,1,0", "0,1,7", "0,1,100", "2,3,100", "1,3,29", "0,4,103"})
  void severalPartsAndTheRestAreTheWhole(int index, int count, long size) {
    Shard of = new Shard(index, count);
    for (int first = 1; first < 10; first++) {
      List<Long> all = new ArrayList<>(samples(of.parts(0, first, 10), size));
      all.addAll(samples(of.parts(first, 10 - first, 10), size));
      assertThat(all).containsExactlyInAnyOrderElementsOf(samples(of, size));
      assertThat(all).allMatch(sample -> sample < size);
    }
  }

  @Test
  void severalPartsAreThoseThatAreNamedOneByOne() {
    Shard of = new Shard(1, 3);
    List<Long> single = new ArrayList<>();
    for (int part = 2; part < 6; part++) {
      single.addAll(samples(of.part(part, 10), 500));
    }
    assertThat(samples(of.parts(2, 4, 10), 500)).containsExactlyInAnyOrderElementsOf(single);
  }

  @Test
  void partsOfSeveralPartsShareNothingAndMissNothing() {
    Shard of = Shard.WHOLE.parts(0, 7, 10);
    List<Long> all = new ArrayList<>(samples(of.part(0, 3), 98));
    all.addAll(samples(of.part(1, 3), 98));
    all.addAll(samples(of.part(2, 3), 98));
    assertThat(all).containsExactlyInAnyOrderElementsOf(samples(of, 98));
  }

  @Test
  void saysWhichPartsItIs() {
    assertThat(Shard.WHOLE.inWords()).isEmpty();
    assertThat(new Shard(1, 4).inWords()).isEqualTo("part 1/4");
    assertThat(Shard.WHOLE.parts(0, 9, 10).inWords()).isEqualTo("parts 0 to 8 of 10");
    assertThat(new Shard(1, 3).parts(0, 2, 10).inWords())
        .isEqualTo("2 parts from 1 on of 30, every 3");
  }

  @Test
  void refusesPartsBeyondTheLast() {
    assertThatThrownBy(() -> Shard.WHOLE.parts(5, 6, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("6 parts from 5 on, every 1, of 10");
  }
}
