package dev.tailgate.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file that is locked while it is needed. The operating system drops the lock of a killed
 * process, also where processes do not see each other, as in containers; an unlocked one is stale.
 */
final class LockedFile implements Closeable {
  /** Those of this process: to open one again and close that would drop the lock. */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;

  private LockedFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Something to do with a file that nobody else has. */
  @FunctionalInterface
  interface Action {
    /** Does it. */
    void run() throws IOException;
  }

  /** A new file, locked until closed; empty where another process took it for a stale one. */
  static Optional<LockedFile> create(Path path) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    OURS.add(absolute);
    FileChannel channel = null;
    try {
      channel = FileChannel.open(absolute, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (isLocked(channel) && Files.exists(absolute)) {
        return Optional.of(new LockedFile(absolute, channel));
      }
      channel.close();
      OURS.remove(absolute);
      return Optional.empty();
    } catch (IOException e) {
      if (channel != null) {
        channel.close();
      }
      OURS.remove(absolute);
      throw e;
    }
  }

  private static boolean isLocked(FileChannel channel) {
    try {
      return channel.tryLock() != null;
    } catch (IOException e) {
      // File systems without locks: stale files are then left alone as well.
      return true;
    }
  }

  /** Does {@code action} and removes the file, where it is one that nobody needs any more. */
  static void ifStale(Path file, Action action) throws IOException {
    if (OURS.contains(file.toAbsolutePath().normalize())) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (holds(channel)) {
        action.run();
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // Another process was faster.
    }
  }

  private static boolean holds(FileChannel channel) {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (IOException | OverlappingFileLockException e) {
      // In use by this process, or no locks here: not ours to remove.
      return false;
    }
  }

  /** Leaves the file as a stale one. */
  void abandon() throws IOException {
    try (channel) {
      OURS.remove(path);
    }
  }

  /** Removes the file; what it stands for has to be gone by then. */
  @Override
  public void close() throws IOException {
    try (channel) {
      Files.deleteIfExists(path);
    } finally {
      OURS.remove(path);
    }
  }
}
