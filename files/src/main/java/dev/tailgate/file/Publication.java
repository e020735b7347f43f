package dev.tailgate.file;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files that a command publishes: written apart, checked there, and moved to their places when
 * nothing can fail any more but the move itself.
 *
 * <p>Each file appears by one rename: whoever looks sees the old file or the new one, whenever the
 * process ends. Several files appear one after another in the order in which they were staged;
 * where one of them cannot be moved, those that were not there before go again. What was not
 * published goes when this is closed.
 */
public final class Publication implements Closeable {
  private final Map<Path, WorkFolder> folders = new LinkedHashMap<>();
  private final Map<Path, Destination> staged = new LinkedHashMap<>();
  private final List<Runnable> afterwards = new ArrayList<>();

  /** A publication without files. */
  public Publication() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it; the stream is closed by the caller. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Replaces {@code target} by {@code content} in one step, or leaves it as it is. */
  public static void write(Path target, Content content) throws IOException {
    try (Publication publication = new Publication()) {
      publication.add(target, content);
      publication.publish();
    }
  }

  /** Writes texts by file name into a folder; the files in the same order. */
  public static List<Path> write(Path folder, Map<String, String> texts) throws IOException {
    try (Publication publication = new Publication()) {
      for (Map.Entry<String, String> text : texts.entrySet()) {
        publication.add(folder.resolve(text.getKey()), text.getValue());
      }
      publication.publish();
    }
    return texts.keySet().stream().map(folder::resolve).toList();
  }

  /**
   * The file that {@code target} stands for: a link is followed and stays.
   *
   * @throws IOException where it is a folder or may not be written
   */
  public static Path place(Path target) throws IOException {
    return Destination.of(target).place();
  }

  /**
   * A file that does not exist yet, to be written by the caller, which is {@code target} once
   * published. It has that name already, and lies in a folder with the others that go to the same
   * folder.
   *
   * @throws IOException where {@code target} is a folder or may not be written, or where there is
   *     no place to write to
   */
  public Path stage(Path target) throws IOException {
    Destination destination = Destination.of(target);
    Path to = Folders.existing(destination.folder());
    WorkFolder folder = folders.get(destination.folder());
    if (folder == null) {
      folder = destination.isStream() ? WorkFolder.anywhere() : WorkFolder.near(to);
      folders.put(destination.folder(), folder);
    }
    Path file = folder.path().resolve(String.valueOf(destination.place().getFileName()));
    if (staged.putIfAbsent(file, destination) != null) {
      throw new FileAlreadyExistsException(target.toString(), null, "two outputs have that name");
    }
    return file;
  }

  /** Stages a file and writes it. */
  public void add(Path target, Content content) throws IOException {
    Path file = stage(target);
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW))) {
      content.writeTo(out);
    } catch (IOException e) {
      throw about(target, e);
    }
  }

  /** The system says what was wrong, not of which file. */
  private static IOException about(Path target, IOException e) {
    if (e instanceof FileSystemException || e.getMessage() == null) {
      return e;
    }
    FileSystemException named = new FileSystemException(target.toString(), null, e.getMessage());
    named.initCause(e);
    return named;
  }

  /** Stages a text. */
  public void add(Path target, String text) throws IOException {
    add(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Something to do once all files are in their places. */
  public void then(Runnable action) {
    afterwards.add(action);
  }

  /** Moves all files to their places. */
  public void publish() throws IOException {
    for (Path file : staged.keySet()) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
    Deque<Path> made = new ArrayDeque<>();
    try {
      for (Map.Entry<Path, Destination> file : staged.entrySet()) {
        Destination to = file.getValue();
        to.makeFolder().descendingIterator().forEachRemaining(made::addFirst);
        boolean isNew = !Files.exists(to.place());
        receive(to, file.getKey());
        if (isNew) {
          made.addFirst(to.place());
        }
      }
    } catch (IOException e) {
      takeBack(made, e);
      throw e;
    }
    staged.clear();
    afterwards.forEach(Runnable::run);
  }

  private static void receive(Destination to, Path file) throws IOException {
    try {
      to.receive(file);
    } catch (IOException e) {
      throw about(to.place(), e);
    }
  }

  private static void takeBack(Deque<Path> made, IOException thrown) {
    for (Path path : made) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        thrown.addSuppressed(e);
      }
    }
  }

  @Override
  public void close() {
    folders.values().forEach(WorkFolder::close);
  }
}
