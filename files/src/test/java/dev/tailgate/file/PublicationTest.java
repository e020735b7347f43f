package dev.tailgate.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicationTest {
  @TempDir private Path folder;

  @Test
  void nothingIsInItsPlaceBeforeAllIsPublished() throws IOException {
    Path old = Files.writeString(folder.resolve("old"), "before");
    Path other = folder.resolve("made/on/the/way/other");
    try (Publication publication = new Publication()) {
      publication.add(old, "after");
      publication.add(other, out -> out.write("new".getBytes(UTF_8)));
      assertThat(old).hasContent("before");
      assertThat(folder.resolve("made")).doesNotExist();
      publication.publish();
    }
    assertThat(old).hasContent("after");
    assertThat(other).hasContent("new");
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("old", "made");
  }

  @Test
  void aFailureWhileWritingLeavesNothing() throws IOException {
    Path old = Files.writeString(folder.resolve("old"), "before");
    assertThatThrownBy(
            () ->
                Publication.write(
                    old,
                    out -> {
                      out.write(1);
                      throw new IOException("full");
                    }))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(old + ": full");
    assertThat(old).hasContent("before");
    assertThat(folder.toFile().list()).containsExactly("old");
  }

  @Test
  void whereOneFileCannotBeMovedThoseThatWereNewGoAgain() throws IOException {
    Path kept = Files.writeString(folder.resolve("kept"), "before");
    Path refused = folder.resolve("in/refused");
    try (Publication publication = new Publication()) {
      publication.add(folder.resolve("in/new"), "1");
      publication.add(refused, "2");
      Files.createDirectories(refused.resolve("a folder that came meanwhile"));
      assertThatThrownBy(publication::publish).isInstanceOf(IOException.class);
    }
    assertThat(folder.resolve("in/new")).doesNotExist();
    assertThat(kept).hasContent("before");
  }

  @Test
  void aLinkIsFollowedAndStays() throws IOException {
    Files.createDirectories(folder.resolve("far"));
    Path real = Files.writeString(folder.resolve("far/real"), "before");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("far/real"));
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("far/made"));
    Publication.write(link, out -> out.write('x'));
    Publication.write(dangling, out -> out.write('y'));
    assertThat(link).isSymbolicLink();
    assertThat(real).hasContent("x");
    assertThat(dangling).isSymbolicLink();
    assertThat(folder.resolve("far/made")).hasContent("y");
    Path round = Files.createSymbolicLink(folder.resolve("round"), Path.of("round"));
    assertThatThrownBy(() -> Publication.write(round, out -> {}))
        .isInstanceOf(FileSystemException.class);
  }

  @Test
  void foldersAndFilesThatMayNotBeWrittenAreRefused() throws IOException {
    assertThatThrownBy(() -> Publication.write(folder, out -> {}))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("it is a folder, not a file");
    Path locked = Files.writeString(folder.resolve("locked"), "before");
    assertThat(locked.toFile().setReadOnly()).isTrue();
    if (!Files.isWritable(locked)) {
      // Not so for root, who may write everything.
      assertThatThrownBy(() -> Publication.write(locked, out -> {}))
          .isInstanceOf(AccessDeniedException.class);
    }
    assertThat(locked).hasContent("before");
  }

  @Test
  void twoFilesForOnePlaceAreRefused() throws IOException {
    try (Publication publication = new Publication()) {
      publication.add(folder.resolve("x"), "1");
      assertThatThrownBy(() -> publication.add(folder.resolve("y/../x"), "2"))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining("two outputs have that name");
    }
  }

  @Test
  void whatIsNoFileIsWrittenInto() throws IOException {
    Path nothing = Path.of("/dev/null");
    if (Files.exists(nothing)) {
      Publication.write(nothing, out -> out.write('x'));
      assertThat(Files.isRegularFile(nothing)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a name with spaces",
        "quote'd \"twice\"",
        "ünïcode",
        "עברית",
        "العربية",
        "\uD83E\uDD80.json",
        "-starts-with-dash",
        "a\nline",
        "$(echo)"
      })
  void namesAreOnlyNames(String name) throws IOException {
    Path file = folder.resolve(name).resolve(name);
    assertThat(Publication.write(folder.resolve(name), Map.of(name, "x"))).containsExactly(file);
    assertThat(file).hasContent("x");
    assertThat(folder.resolve(name).toFile().list()).containsExactly(name);
  }

  @Test
  void aNameCanBeAsLongAsTheFileSystemAllows() throws IOException {
    Path file = folder.resolve("n".repeat(255));
    Publication.write(file, out -> out.write('x'));
    assertThat(file).hasContent("x");
    assertThatThrownBy(() -> Publication.write(folder.resolve("n".repeat(256)), out -> {}))
        .isInstanceOf(IOException.class);
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void textsKeepTheirOrder() throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("b", "1");
    texts.put("a", "2");
    assertThat(Publication.write(folder.resolve("out"), texts))
        .containsExactly(folder.resolve("out/b"), folder.resolve("out/a"));
  }
}
