package dev.tailgate.data.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Places in a text from which its tokens, or its documents, can be counted on. A place every {@link
 * #BYTES} is kept, so that the index of a text of 1 GB takes some 30 MB and any token is found by
 * tokenizing two kilobytes.
 */
final class TextIndex {
  /** Text between two places. */
  private static final int BYTES = 1 << 11;

  /**
   * A place between two documents.
   *
   * @param items tokens or documents before it
   */
  record Mark(TextPlace place, long items) {}

  private final List<Mark> marks = new ArrayList<>(List.of(new Mark(TextPlace.START, 0)));
  private long items;

  /** Counts {@code more} items, behind which the text is at {@code place}. */
  void add(long more, TextPlace place) {
    items += more;
    if (place.offset() - marks.get(marks.size() - 1).place().offset() >= BYTES) {
      marks.add(new Mark(place, items));
    }
  }

  /** All items counted. */
  long items() {
    return items;
  }

  /** The last place before item {@code index}, or at it. */
  Mark before(long index) {
    int low = 0;
    int high = marks.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (marks.get(middle).items() <= index) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return marks.get(low);
  }
}
