package dev.tailgate.data.image;

import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalInt;

/** Pictures with their class ids, wherever they are stored. */
sealed interface Pictures permits CifarPictures, FolderPictures, IdxPictures {
  /**
   * One of them.
   *
   * @param label class id, or -1 where there are no labels
   * @param where file and row, for messages
   */
  record Labelled(long index, Picture picture, int label, String where) {}

  /** How many there are. */
  long size();

  /** Those at {@code indices}, in that order; ascending where {@link #canSeek()} is false. */
  Iterator<Labelled> read(long[] indices);

  /** Whether any picture is reached without reading those before it. */
  boolean canSeek();

  /** How many classes there are; empty without labels. */
  OptionalInt classes();

  /** Size where all pictures share it; empty in folders. */
  Optional<PictureSize> commonSize();

  /** What the pictures are and where the labels came from. */
  String description();

  /** Whether pictures of a class lie together, so that the first ones are no fair sample. */
  default boolean sortedByClass() {
    return false;
  }
}
