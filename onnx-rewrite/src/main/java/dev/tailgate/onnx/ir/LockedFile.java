package dev.tailgate.onnx.ir;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Files that are locked while they are needed. The operating system drops the lock of a killed
 * process, so an unlocked one is stale.
 */
public final class LockedFile {
  private LockedFile() {}

  /** Creates a new file, with the permissions any file of this user gets; locked until closed. */
  public static FileChannel create(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      channel.tryLock();
    } catch (IOException e) {
      // File systems without locks: stale files are then left alone as well.
    }
    return channel;
  }

  /** Removes a file that nobody needs any more, and says whether it did. */
  public static boolean removeIfStale(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null && Files.deleteIfExists(file);
    } catch (IOException | OverlappingFileLockException e) {
      // In use by this process, gone already, or no locks here: not ours to remove.
      return false;
    }
  }
}
