package dev.tailgate.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder for what is not finished: files on their way to their places, models that are needed
 * once, profiles, what a database spills.
 *
 * <p>It goes when this is closed and when the process is interrupted. What a killed process left
 * goes with the next work folder that anybody opens at the same place: beside each lies a locked
 * file, and one that nobody has locked is stale.
 *
 * <p>It lies in the user's cache where that is on the same file system as what it is for, so that
 * files can be moved to their places in one step and a killed process leaves nothing where users
 * look; elsewhere beside it, under the name {@code .tailgate-<16 hex digits>}.
 */
public final class WorkFolder implements Closeable {
  private static final String BESIDE = ".tailgate-";
  private static final String LOCK = ".lock";
  private static final Pattern NAME =
      Pattern.compile(Pattern.quote(BESIDE) + "[0-9a-f]{16}" + Pattern.quote(LOCK));

  /** Those that an interrupt has to remove. */
  private static final Set<WorkFolder> OPEN = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(WorkFolder::removeOpen, "tailgate-work"));
  }

  private final Path path;
  private final LockedFile lock;

  private WorkFolder(Path path, LockedFile lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * A new folder for files that will be in {@code folder}, which need not exist.
   *
   * @throws IOException where neither the cache nor the folder can be written
   */
  public static WorkFolder near(Path folder) throws IOException {
    Path existing = Folders.existing(folder);
    removeStale(existing);
    Optional<Path> cache = Folders.inCache().filter(work -> Folders.canMove(work, existing));
    return in(cache.orElse(existing));
  }

  /** A new folder in the cache, or in the temporary folder where there is no cache. */
  public static WorkFolder anywhere() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", "."));
    return in(Folders.inCache().orElse(temporary));
  }

  /** A new folder in {@code parent}, which exists. */
  static WorkFolder in(Path parent) throws IOException {
    removeStale(parent);
    while (true) {
      String name =
          BESIDE + String.format(Locale.ROOT, "%016x", ThreadLocalRandom.current().nextLong());
      Optional<LockedFile> lock = Optional.empty();
      try {
        lock = LockedFile.create(parent.resolve(name + LOCK));
      } catch (FileAlreadyExistsException e) {
        // The same number twice; the next one will do.
      }
      if (lock.isPresent()) {
        WorkFolder made = new WorkFolder(parent.resolve(name), lock.get());
        OPEN.add(made);
        try {
          Files.createDirectory(made.path);
        } catch (IOException e) {
          made.close();
          throw e;
        }
        return made;
      }
    }
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  private static void removeStale(Path parent) {
    DirectoryStream.Filter<Path> locks =
        file -> NAME.matcher(String.valueOf(file.getFileName())).matches();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, locks)) {
      for (Path file : found) {
        String name = String.valueOf(file.getFileName());
        Path folder = parent.resolve(name.substring(0, name.length() - LOCK.length()));
        removeIfStale(file, folder);
      }
    } catch (IOException | DirectoryIteratorException e) {
      // A folder that cannot be listed: what lies there stays.
    }
  }

  private static void removeIfStale(Path lock, Path folder) {
    try {
      LockedFile.ifStale(lock, () -> delete(folder));
    } catch (IOException e) {
      // A leftover of another user, or one being used: no reason not to work.
    }
  }

  private static void removeOpen() {
    OPEN.forEach(WorkFolder::close);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> tree = Files.walk(folder)) {
      paths = tree.sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw new IOException("Listing " + folder, e);
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }

  /** Removes the folder with all that is in it; what cannot be removed now is left as stale. */
  @Override
  public void close() {
    if (!OPEN.remove(this)) {
      return;
    }
    try {
      delete(path);
      lock.close();
    } catch (IOException e) {
      abandon();
    }
  }

  private void abandon() {
    try {
      lock.abandon();
    } catch (IOException e) {
      // The operating system drops the lock with the process.
    }
  }
}
