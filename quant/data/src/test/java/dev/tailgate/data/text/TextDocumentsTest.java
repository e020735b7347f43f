package dev.tailgate.data.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextDocumentsTest {
  @TempDir Path folder;

  private Path write(String content) throws IOException {
    return Files.writeString(folder.resolve("text.txt"), content);
  }

  private static List<String> rest(TextDocuments documents) throws IOException {
    List<String> found = new ArrayList<>();
    Optional<TextDocuments.Document> next = documents.next();
    while (next.isPresent()) {
      found.add(next.get().line() + ":" + next.get().text());
      next = documents.next();
    }
    return found;
  }

  @Test
  void readsBlocksBetweenBlankLines() throws IOException {
    try (TextDocuments documents = new TextDocuments(write("a b\nc\n\nd\n \n\ne\nf"))) {
      assertThat(rest(documents)).containsExactly("1:a b\nc", "4:d", "7:e\nf");
    }
  }

  @Test
  void readsLinesWhereNoLineIsBlank() throws IOException {
    try (TextDocuments documents = new TextDocuments(write("\uFEFFa\r\n b \nc\n"))) {
      assertThat(rest(documents)).containsExactly("1:a", "2:b", "3:c");
    }
  }

  @Test
  void goesOnFromEveryPlaceAsIfItHadReadToThere() throws IOException {
    Path path = write("é1\n\n€2\nx\n\n\n𝄞3\n");
    List<String> all;
    try (TextDocuments documents = new TextDocuments(path)) {
      all = rest(documents);
    }
    try (TextDocuments documents = new TextDocuments(path)) {
      for (int read = 0; read <= all.size(); read++) {
        try (TextDocuments resumed = new TextDocuments(path, documents.place())) {
          assertThat(rest(resumed)).isEqualTo(all.subList(read, all.size()));
        }
        documents.next();
      }
    }
  }

  @Test
  void cutsEndlessLinesBetweenCharacters() throws IOException {
    try (TextDocuments documents = new TextDocuments(write("word ".repeat(100_000)))) {
      assertThat(documents.next().orElseThrow().text().length()).isLessThan(1 << 17);
      assertThat(documents.next()).isPresent();
    }
    String endless = "€".repeat(100_000);
    try (TextDocuments documents = new TextDocuments(write(endless))) {
      String joined = String.join("", rest(documents)).replaceAll("1:", "");
      assertThat(joined).isEqualTo(endless);
    }
  }

  @Test
  void replacesBytesThatAreNoText() throws IOException {
    Path path = folder.resolve("text.txt");
    Files.write(path, new byte[] {'a', (byte) 0xC3, '\n', 'b', '\n'});
    try (TextDocuments documents = new TextDocuments(path)) {
      assertThat(rest(documents)).containsExactly("1:a\uFFFD", "2:b");
    }
    assertThat("\uFFFD".getBytes(StandardCharsets.UTF_8)).hasSize(3);
  }
}
