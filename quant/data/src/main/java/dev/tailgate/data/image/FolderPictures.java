package dev.tailgate.data.image;

import dev.tailgate.engine.tensor.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A folder with a folder of pictures for each class. Class ids are the places of the folders sorted
 * by name, as torchvision's {@code ImageFolder} counts: "10" comes before "2". A folder that holds
 * the pictures itself has no labels. Names that begin with a dot are passed over.
 *
 * <p>Only names are kept in memory, about 100 bytes a picture; each is decoded when it is its turn.
 */
final class FolderPictures implements Pictures {
  /** Far beyond ImageNet's 1.3 million; names of more would fill the memory. */
  private static final int MOST_PICTURES = 10_000_000;

  private static final int CLASSES_NAMED = 4;

  private final Path folder;
  private final List<String> classes;
  private final List<String> names = new ArrayList<>();

  /** Index of the first picture of each class, and the number of all behind it. */
  private final int[] starts;

  private long others;

  FolderPictures(Path folder) {
    this.folder = folder;
    List<String> folders = list(folder, Files::isDirectory);
    this.classes = folders.stream().filter(f -> !f.isEmpty()).toList();
    this.starts = new int[classes.size() + 1];
    if (classes.isEmpty()) {
      add(folder, "");
    }
    others = classes.isEmpty() ? 0 : list(folder, Files::isRegularFile).size();
    for (int i = 0; i < classes.size(); i++) {
      starts[i] = names.size();
      requireInside(folder.resolve(classes.get(i)));
      add(folder.resolve(classes.get(i)), "");
    }
    starts[classes.size()] = names.size();
    if (names.isEmpty()) {
      throw DataException.doing("reading image folder " + folder.getFileName())
          .expected("PNG, JPEG, BMP or GIF files, or a folder of them for each class")
          .found("none")
          .where(folder.toString())
          .fix("Give the folder that holds the folders of the classes.");
    }
  }

  /** Whether {@code folder} holds pictures, or folders that do. */
  static boolean accepts(Path folder) {
    if (!list(folder, PictureFile::isNamedLikeOne).isEmpty()) {
      return true;
    }
    return list(folder, Files::isDirectory).stream()
        .anyMatch(d -> !list(folder.resolve(d), PictureFile::isNamedLikeOne).isEmpty());
  }

  private void add(Path home, String inside) {
    Path here = home.resolve(inside);
    for (String name : list(here, f -> true)) {
      Path file = here.resolve(name);
      String relative = inside.isEmpty() ? name : inside + "/" + name;
      if (Files.isDirectory(file)) {
        // Folders below a class belong to it; those beside loose pictures are classes already.
        if (!Files.isSymbolicLink(file)) {
          add(home, relative);
        }
      } else if (PictureFile.isNamedLikeOne(file)) {
        requireInside(file);
        names.add(relative);
        if (names.size() > MOST_PICTURES) {
          throw unreadable(folder, new IOException("more than 10 million pictures"));
        }
      } else {
        others++;
      }
    }
  }

  /** A link may point to another place in the folder, not out of it. */
  private void requireInside(Path file) {
    try {
      if (Files.isSymbolicLink(file) && !file.toRealPath().startsWith(folder.toRealPath())) {
        throw DataException.doing("reading image folder " + folder.getFileName())
            .expected("pictures inside the folder")
            .found("a link to " + file.toRealPath())
            .where(file.toString())
            .fix("Copy the picture, or give the folder that the links point into.");
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Names in {@code folder} that do not begin with a dot, sorted by code unit. */
  private static List<String> list(Path folder, Predicate<Path> wanted) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(wanted)
          .map(e -> e.getFileName().toString())
          .filter(n -> !n.startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static DataException unreadable(Path place, IOException cause) {
    return DataException.doing("listing pictures")
        .expected("a readable folder of at most 10 million pictures")
        .found(ReadFailure.inWords(cause))
        .where(place.toString())
        .fix("Check the path and its permissions.", cause);
  }

  @Override
  public Iterator<Labelled> read(long[] indices) {
    return LongStream.of(indices).mapToObj(this::labelled).iterator();
  }

  private Labelled labelled(long index) {
    int label = label((int) index);
    Path home = label < 0 ? folder : folder.resolve(classes.get(label));
    Path file = home.resolve(names.get((int) index));
    String where = file + ", row " + (index + 1);
    return new Labelled(index, PictureFile.read(file, where), label, where);
  }

  private int label(int index) {
    int found = Arrays.binarySearch(starts, index);
    int at = found >= 0 ? found : -found - 2;
    // A class without pictures starts where the next one does.
    while (at >= 0 && at < classes.size() && starts[at + 1] <= index) {
      at++;
    }
    return classes.isEmpty() ? -1 : at;
  }

  @Override
  public long size() {
    return names.size();
  }

  @Override
  public boolean canSeek() {
    return true;
  }

  @Override
  public OptionalInt classes() {
    return classes.isEmpty() ? OptionalInt.empty() : OptionalInt.of(classes.size());
  }

  @Override
  public Optional<PictureSize> commonSize() {
    return Optional.empty();
  }

  @Override
  public String description() {
    String skipped = others == 0 ? "" : ", " + others + " other files left out";
    if (classes.isEmpty()) {
      return String.format(
          Locale.ROOT, "%s: images without class folders%s", folder.getFileName(), skipped);
    }
    String first =
        IntStream.range(0, Math.min(CLASSES_NAMED, classes.size()))
            .mapToObj(i -> i + " = " + classes.get(i))
            .collect(Collectors.joining(", "));
    String more = classes.size() > CLASSES_NAMED ? ", ..." : "";
    return String.format(
        Locale.ROOT,
        "%s: images of %d classes by folder name (%s%s)%s",
        folder.getFileName(),
        classes.size(),
        first,
        more,
        skipped);
  }

  @Override
  public boolean sortedByClass() {
    return !classes.isEmpty();
  }
}
