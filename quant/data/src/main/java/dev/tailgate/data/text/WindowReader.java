package dev.tailgate.data.text;

import dev.tailgate.data.ClosingIterator;
import dev.tailgate.data.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.NoSuchElementException;

/**
 * Windows over the one stream of tokens that all documents of a text make, by number: window i
 * holds the tokens from i x stride on. Of overlapping windows each counts the tokens that the one
 * before did not have; the first counts all.
 */
final class WindowReader implements ClosingIterator.Source<Sample> {
  /**
   * Geometry of the windows.
   *
   * @param length tokens of a window
   * @param stride tokens from one to the next, at most {@code length}
   */
  record Windows(int length, int stride) {
    /** Whole windows in so many tokens; the tail is left out. */
    long in(long tokens) {
      return tokens < length ? 0 : 1 + (tokens - length) / stride;
    }
  }

  private final Path path;
  private final TextIndex index;
  private final TextEncoder encoder;
  private final TokenSamples samples;
  private final Windows windows;
  private final long[] indices;
  private TextDocuments documents;

  /** Tokens at hand, of which the first {@link #held} are in use. */
  private int[] tokens = new int[0];

  private int held;

  /** Number of the first of them in the stream. */
  private long start;

  private int taken;

  /** The windows at {@code indices}. */
  WindowReader(
      Path path,
      TextIndex index,
      TextEncoder encoder,
      TokenSamples samples,
      Windows windows,
      long[] indices) {
    this.path = path;
    this.index = index;
    this.encoder = encoder;
    this.samples = samples;
    this.windows = windows;
    this.indices = indices;
    this.documents = TextFile.open(path, TextPlace.START);
  }

  @Override
  public boolean hasNext() {
    return taken < indices.length;
  }

  @Override
  public Sample next() {
    if (!hasNext()) {
      throw new NoSuchElementException("all windows have been read");
    }
    long wanted = indices[taken++];
    int counted = wanted == 0 ? 0 : windows.length() - windows.stride();
    try {
      return samples.ofWindow(wanted, tokens(wanted * windows.stride()), counted);
    } catch (IOException e) {
      throw TextFile.unreadable(path, e);
    }
  }

  /** The window of tokens from {@code from} on. */
  private int[] tokens(long from) throws IOException {
    TextIndex.Mark mark = index.before(from);
    if (from < start || mark.items() > start + held) {
      documents.close();
      documents = TextFile.open(path, mark.place());
      start = mark.items();
      held = 0;
    }
    while (start + held < from + windows.length()) {
      TextDocuments.Document document = documents.next().orElseThrow(() -> TextFile.changed(path));
      String place = TextFile.line(path, document.line());
      int[] more = encoder.continued(document.text(), place);
      if (held + more.length > tokens.length) {
        tokens = Arrays.copyOf(tokens, 2 * (held + more.length));
      }
      System.arraycopy(more, 0, tokens, held, more.length);
      held += more.length;
    }
    // What lies before this window is not needed for the next.
    int passed = (int) (from - start);
    System.arraycopy(tokens, passed, tokens, 0, held - passed);
    start = from;
    held -= passed;
    return Arrays.copyOf(tokens, windows.length());
  }

  @Override
  public void close() {
    try {
      documents.close();
    } catch (IOException e) {
      throw TextFile.unreadable(path, e);
    }
  }
}
