package dev.tailgate.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.engine.tensor.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderPicturesTest {
  @TempDir Path folder;

  @Test
  void numbersClassesByTheirNames() throws IOException {
    for (String file : List.of("b/2.png", "b/1.PNG", "c/deep/3.jpg", "10/x.gif", "2/y.bmp")) {
      put(file);
    }
    FolderPictures pictures = new FolderPictures(folder);
    assertThat(pictures.classes()).hasValue(4);
    assertThat(pictures.size()).isEqualTo(5);
    assertThat(labels(pictures)).containsExactly(0, 1, 2, 2, 3);
    assertThat(pictures.description()).contains("4 classes by folder name (0 = 10, 1 = 2, 2 = b");
    assertThat(pictures.sortedByClass()).isTrue();
  }

  @Test
  void countsClassesWithoutPictures() throws IOException {
    Files.createDirectory(folder.resolve("a"));
    put("b/1.png");
    Files.createDirectory(folder.resolve("c"));
    put("d/1.png");
    FolderPictures pictures = new FolderPictures(folder);
    assertThat(pictures.classes()).hasValue(4);
    assertThat(labels(pictures)).containsExactly(1, 3);
  }

  @Test
  void readsPicturesWithoutClasses() throws IOException {
    put("2.png");
    put("1.png");
    FolderPictures pictures = new FolderPictures(folder);
    assertThat(pictures.classes()).isEmpty();
    assertThat(labels(pictures)).containsExactly(-1, -1);
    assertThat(pictures.read(new long[] {0}).next().where()).endsWith("1.png, row 1");
  }

  @Test
  void leavesOtherFilesOutAndSaysSo() throws IOException {
    put("a/1.png");
    Files.writeString(folder.resolve("a/notes.txt"), "x");
    put("a/.hidden.png");
    FolderPictures pictures = new FolderPictures(folder);
    assertThat(pictures.size()).isEqualTo(1);
    assertThat(pictures.description()).endsWith(", 1 other files left out");
  }

  @Test
  void refusesALinkOutOfTheFolder() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data/a"));
    Path secret = put("secret.png");
    Files.createSymbolicLink(data.resolve("1.png"), secret);
    assertThatThrownBy(() -> new FolderPictures(folder.resolve("data")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("found a link to " + secret.toRealPath());
  }

  @Test
  void refusesAClassThatLiesElsewhere() throws IOException {
    put("elsewhere/1.png");
    put("data/a/1.png");
    Files.createSymbolicLink(folder.resolve("data/b"), folder.resolve("elsewhere"));
    assertThatThrownBy(() -> new FolderPictures(folder.resolve("data")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("found a link to");
  }

  @Test
  void refusesAFolderWithoutPictures() throws IOException {
    Files.createDirectory(folder.resolve("a"));
    assertThatThrownBy(() -> new FolderPictures(folder)).isInstanceOf(DataException.class);
    assertThat(FolderPictures.accepts(folder)).isFalse();
  }

  @Test
  void namesABrokenPictureAndItsRow() throws IOException {
    put("a/1.png");
    Files.writeString(folder.resolve("a/2.png"), "broken");
    FolderPictures pictures = new FolderPictures(folder);
    assertThatThrownBy(() -> pictures.read(new long[] {1}).next())
        .isInstanceOf(DataException.class)
        .hasMessageContaining(folder.resolve("a/2.png") + ", row 2");
  }

  private Path put(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.copy(ImageFixtures.file("grey.png"), file);
  }

  private static List<Integer> labels(FolderPictures pictures) {
    List<Integer> labels = new ArrayList<>();
    for (long i = 0; i < pictures.size(); i++) {
      labels.add(pictures.read(new long[] {i}).next().label());
    }
    return labels;
  }
}
