package dev.tailgate.data.generated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.Batch;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.numpy.NpzArchive;
import dev.tailgate.engine.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a sample depends on: the seed, its place and its use, and nothing else. */
class GeneratedSourceTest {
  static List<Generator> generators() {
    Language language = new Language(12, 3, 2, 0.3, 2, 0.2, 0.5, 0.1, 7);
    return List.of(
        new CausalText(language, 16),
        new MaskedText(language, 16, 0.15, 0.25),
        new Votes(12, 6, 0.3, 0.3, 0.02),
        new Seasons(new SeasonalSeries.Shape(3, 400, 200, 0.01, 6, 0.01, 1, 0.1, 7), 24, 12));
  }

  private static List<ByteBuffer> numbers(DataSource source) {
    List<ByteBuffer> rows = new ArrayList<>();
    for (Iterator<Batch> batches = source.batches(); batches.hasNext(); ) {
      Batch batch = batches.next();
      Tensor tensor = new TreeMap<>(batch.inputs()).firstEntry().getValue();
      if (batch.inputs().containsKey("input_ids")) {
        tensor = batch.inputs().get("input_ids");
      }
      int row = tensor.data().remaining() / batch.rows();
      for (int i = 0; i < batch.rows(); i++) {
        rows.add(tensor.data().slice(i * row, row));
      }
    }
    return rows;
  }

  private static GeneratedSource source(Generator generator, GeneratedSource.Use use, long seed) {
    return new GeneratedSource(generator, use, seed, 24, 8);
  }

  @ParameterizedTest
  @MethodSource("generators")
  void theSameSeedGivesTheSameSamplesInAnyBatches(Generator generator) {
    GeneratedSource source = source(generator, GeneratedSource.Use.CALIBRATION, 3);
    List<ByteBuffer> all = numbers(source);
    assertThat(all).hasSize(24).isEqualTo(numbers(source));
    long[] chosen = {17, 2, 11};
    assertThat(numbers(source.at(chosen, 2))).containsExactly(all.get(17), all.get(2), all.get(11));
    GeneratedSource whole =
        new GeneratedSource(generator, GeneratedSource.Use.CALIBRATION, 3, 24, 24);
    assertThat(numbers(whole)).isEqualTo(all);
  }

  @ParameterizedTest
  @MethodSource("generators")
  void eachEpochAndEachSeedDrawsOthers(Generator generator) {
    GeneratedSource source = source(generator, GeneratedSource.Use.TRAINING, 3);
    List<ByteBuffer> first = numbers(source.epoch(1, 8));
    assertThat(numbers(source.epoch(1, 8))).isEqualTo(first);
    assertThat(numbers(source.epoch(2, 8))).isNotEqualTo(first);
    assertThat(numbers(source(generator, GeneratedSource.Use.TRAINING, 4)))
        .isNotEqualTo(numbers(source));
  }

  @ParameterizedTest
  @MethodSource("generators")
  void labelsOfTrainingAreDistributionsWhereThoseAreKnown(Generator generator) {
    Batch training = source(generator, GeneratedSource.Use.TRAINING, 3).batches().next();
    Batch scored = source(generator, GeneratedSource.Use.HELD_OUT, 3).batches().next();
    boolean isKnown = generator instanceof CausalText || generator instanceof Votes;
    long classes = isKnown ? training.labels().orElseThrow().dim(-1) : 0;
    if (isKnown) {
      assertThat(classes).isEqualTo(generator instanceof Votes ? 8 : 12);
      Tensor labels = training.labels().orElseThrow();
      for (int row = 0; row < labels.elementCount() / classes; row++) {
        double sum = 0;
        for (int c = 0; c < classes; c++) {
          sum += labels.data().getFloat(4 * (int) (row * classes + c));
        }
        assertThat(sum).isBetween(1 - 1e-6, 1 + 1e-6);
      }
    } else {
      assertThat(training.labels().orElseThrow().type())
          .isEqualTo(scored.labels().orElseThrow().type());
    }
  }

  @ParameterizedTest
  @MethodSource("generators")
  void anArchiveOfSamplesHasTheSameBytesAgain(Generator generator) throws IOException {
    byte[] once = archive(generator);
    assertThat(archive(generator)).isEqualTo(once);
    Map<String, Tensor> inputs =
        source(generator, GeneratedSource.Use.HELD_OUT, 5).batches().next().inputs();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(once))) {
      int arrays = 0;
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        ByteBuffer bytes = ByteBuffer.wrap(zip.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
        int header = 10 + bytes.getShort(8);
        Tensor array = inputs.get(entry.getName().replace(".npy", ""));
        assertThat(header % 64).isZero();
        assertThat(bytes.slice(header, bytes.capacity() - header)).isEqualTo(array.data());
        arrays++;
      }
      assertThat(arrays).isEqualTo(inputs.size());
    }
  }

  private static byte[] archive(Generator generator) throws IOException {
    Batch batch = source(generator, GeneratedSource.Use.HELD_OUT, 5).batches().next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NpzArchive.write(new TreeMap<>(batch.inputs()), out);
    return out.toByteArray();
  }

  @Test
  void epochsOfTrainingAndWhatModelsAreJudgedOnDoNotMeet() {
    // Of texts without any rule two are the same once in 16^16.
    CausalText generator = new CausalText(new Language(16, 0, 1, 0, 0, 0, 1, 1, 3), 16);
    List<ByteBuffer> texts = new ArrayList<>();
    for (long seed : new long[] {1001, 2001}) {
      GeneratedSource judged =
          new GeneratedSource(generator, GeneratedSource.Use.HELD_OUT, seed, 512, 64);
      texts.addAll(numbers(judged));
    }
    for (long seed = 1; seed <= 3; seed++) {
      GeneratedSource training =
          new GeneratedSource(generator, GeneratedSource.Use.TRAINING, seed, 400, 8);
      for (long epoch = 1; epoch <= 5; epoch++) {
        // As a training loop asks for its epochs.
        texts.addAll(numbers(training.epoch(seed + 0x9E3779B97F4A7C15L * epoch, 8)));
      }
    }
    assertThat(texts.stream().distinct().count()).isEqualTo(2L * 512 + 15 * 400);
  }
}
