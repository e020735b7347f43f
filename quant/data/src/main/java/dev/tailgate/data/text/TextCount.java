package dev.tailgate.data.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What one pass over a text, or over its beginning, has found.
 *
 * @param index where its tokens or documents lie
 * @param samples windows or documents there are
 * @param isWhole whether the pass went to the end
 * @param shortest tokens of the shortest document met before both ends of the range were known
 * @param longest tokens of the longest document, at most the model's length
 */
record TextCount(TextIndex index, long samples, boolean isWhole, int shortest, int longest) {

  /** Counts tokens until they make {@code wanted} windows, in so many bytes. */
  static TextCount ofTokens(
      Path path, TextEncoder encoder, WindowReader.Windows windows, long wanted, long bytes) {
    TextIndex index = new TextIndex();
    try (TextDocuments documents = TextFile.open(path, TextPlace.START)) {
      Optional<TextDocuments.Document> document = documents.next();
      while (document.isPresent()
          && windows.in(index.items()) < wanted
          && documents.place().offset() <= bytes) {
        TextDocuments.Document found = document.get();
        String place = TextFile.line(path, found.line());
        index.add(encoder.continued(found.text(), place).length, documents.place());
        document = documents.next();
      }
      long samples = Math.min(wanted, windows.in(index.items()));
      return new TextCount(index, samples, document.isEmpty(), windows.length(), windows.length());
    } catch (IOException e) {
      throw TextFile.unreadable(path, e);
    }
  }

  /**
   * Counts documents up to {@code wanted}, in so many bytes. They are tokenized until one has
   * {@code length} tokens: then all are padded to that anyway.
   */
  static TextCount ofDocuments(
      Path path, TextEncoder encoder, int length, long wanted, long bytes) {
    TextIndex index = new TextIndex();
    int longest = 0;
    int shortest = length;
    try (TextDocuments documents = TextFile.open(path, TextPlace.START)) {
      Optional<TextDocuments.Document> document = documents.next();
      while (document.isPresent()
          && index.items() < wanted
          && documents.place().offset() <= bytes) {
        if (longest < length || shortest == length) {
          TextDocuments.Document found = document.get();
          String place = TextFile.line(path, found.line());
          int tokens = encoder.encode(found.text(), place).ids().length;
          longest = Math.max(longest, tokens);
          shortest = Math.min(shortest, tokens);
        }
        index.add(1, documents.place());
        document = documents.next();
      }
      return new TextCount(index, index.items(), document.isEmpty(), shortest, longest);
    } catch (IOException e) {
      throw TextFile.unreadable(path, e);
    }
  }
}
