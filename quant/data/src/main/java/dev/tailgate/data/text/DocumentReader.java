package dev.tailgate.data.text;

import dev.tailgate.data.ClosingIterator;
import dev.tailgate.data.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Documents of a text by number, each a sample. Going on is cheap; going elsewhere seeks. */
final class DocumentReader implements ClosingIterator.Source<Sample> {
  private final Path path;
  private final TextIndex index;
  private final TextEncoder encoder;
  private final TokenSamples samples;
  private final long[] indices;
  private TextDocuments documents;
  private long next;
  private int taken;

  /** The documents at {@code indices}, which count what {@code index} counts. */
  DocumentReader(
      Path path, TextIndex index, TextEncoder encoder, TokenSamples samples, long[] indices) {
    this.path = path;
    this.index = index;
    this.encoder = encoder;
    this.samples = samples;
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
      throw new NoSuchElementException("all documents have been read");
    }
    long wanted = indices[taken++];
    try {
      TextIndex.Mark mark = index.before(wanted);
      if (wanted < next || mark.items() > next) {
        documents.close();
        documents = TextFile.open(path, mark.place());
        next = mark.items();
      }
      Optional<TextDocuments.Document> document = documents.next();
      while (document.isPresent() && next < wanted) {
        document = documents.next();
        next++;
      }
      next++;
      TextDocuments.Document found = document.orElseThrow(() -> TextFile.changed(path));
      return samples.of(wanted, encoder.encode(found.text(), TextFile.line(path, found.line())));
    } catch (IOException e) {
      throw TextFile.unreadable(path, e);
    }
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
