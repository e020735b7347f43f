package dev.tailgate.data.text;

/**
 * A place between two documents of a text file.
 *
 * @param offset bytes before it
 * @param line number of the line that begins there, from 1
 */
record TextPlace(long offset, long line) {
  /** The beginning of the file. */
  static final TextPlace START = new TextPlace(0, 1);
}
