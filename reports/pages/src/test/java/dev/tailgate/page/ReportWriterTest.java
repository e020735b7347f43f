package dev.tailgate.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.result.Samples;
import dev.tailgate.result.json.RunResultJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportWriterTest {
  @Test
  void writesResultsReportAndCharts(@TempDir Path folder) throws IOException {
    Path out = folder.resolve("new/tailgate-out");
    List<Path> written = ReportWriter.write(List.of(Samples.vanilla(), Samples.twin()), out);
    assertThat(names(out))
        .containsExactlyInAnyOrder(
            "report.html",
            "result.json",
            "result-2.json",
            "kurtosis-by-layer.svg",
            "inf-norm-by-layer.svg",
            "worst-tap-heat-map.svg",
            "worst-tap-histogram.svg",
            "worst-tap-channels.svg");
    assertThat(written).hasSize(8).first().isEqualTo(out.resolve("report.html"));
    assertThat(RunResultJson.read(Files.readString(out.resolve("result-2.json"))))
        .isEqualTo(Samples.twin());
  }

  @Test
  void removesWhatAnEarlierReportHadAndThisOneHasNot(@TempDir Path folder) throws IOException {
    ReportWriter.write(List.of(Samples.vanilla(), Samples.twin()), folder);
    Files.writeString(folder.resolve("notes.txt"), "mine");
    ReportWriter.write(List.of(Samples.vanilla()), folder);
    assertThat(names(folder)).doesNotContain("result-2.json").contains("result.json", "notes.txt");
  }

  @Test
  void leavesTheFolderAsItWasWhenRenderingFails(@TempDir Path folder) throws IOException {
    ReportWriter.write(List.of(Samples.vanilla()), folder);
    String before = Files.readString(folder.resolve("report.html"));
    assertThatThrownBy(() -> ReportWriter.write(List.of(), folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no results");
    assertThat(Files.readString(folder.resolve("report.html"))).isEqualTo(before);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
