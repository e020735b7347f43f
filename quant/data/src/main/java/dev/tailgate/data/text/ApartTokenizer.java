package dev.tailgate.data.text;

import dev.tailgate.engine.tensor.DataException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A tokenizer in a Java process of its own, for a {@code tokenizer.json} whose form is odd. Memory
 * and time of an answer are bounded there, and what ends that process is an error here.
 *
 * <p>One request at a time; the process ends with this object or with the process that made it.
 */
final class ApartTokenizer implements TokenizerBinding {
  private final Path file;
  private final String oddity;
  private final ApartProcess process;
  private final DataOutputStream requests;
  private final DataInputStream answers;

  private ApartTokenizer(Path file, String oddity, ApartProcess process) {
    this.file = file;
    this.oddity = oddity;
    this.process = process;
    this.requests = new DataOutputStream(new BufferedOutputStream(process.input()));
    this.answers = new DataInputStream(new BufferedInputStream(process.output()));
  }

  /**
   * Starts the process and opens the tokenizer in it.
   *
   * @param oddity the field that is odd and what it holds, for messages
   * @throws IOException with the reason where it is no tokenizer
   * @throws DataException where opening it ends the process
   */
  static ApartTokenizer open(Path file, String oddity, Map<String, String> settings)
      throws IOException {
    ApartProcess process = ApartProcess.start(TokenizerProcess.class, file, settings);
    ApartTokenizer tokenizer = new ApartTokenizer(file, oddity, process);
    boolean isOpen = false;
    try {
      process.begin();
      String refusal = tokenizer.opened();
      isOpen = refusal.isEmpty();
      if (!isOpen) {
        throw new IOException(refusal);
      }
      return tokenizer;
    } finally {
      process.end();
      if (!isOpen) {
        tokenizer.close();
      }
    }
  }

  /** Why it could not be opened, or nothing. */
  private String opened() {
    try {
      return status() ? "" : TokenizerWire.text(answers);
    } catch (IOException e) {
      throw died(e);
    }
  }

  /** Whether it answers; otherwise what it says follows. */
  private boolean status() throws IOException {
    int status = answers.readUnsignedByte();
    if (status != TokenizerWire.DONE && status != TokenizerWire.REFUSED) {
      throw new IOException("answer of kind " + status);
    }
    return status == TokenizerWire.DONE;
  }

  private synchronized Tokens ask(int kind, String first, String second) {
    process.begin();
    try {
      requests.writeByte(kind);
      TokenizerWire.write(requests, first);
      TokenizerWire.write(requests, second);
      requests.flush();
      if (status()) {
        return TokenizerWire.tokens(answers);
      }
      throw new IllegalArgumentException(TokenizerWire.text(answers));
    } catch (IOException e) {
      throw died(e);
    } finally {
      process.end();
    }
  }

  private DataException died(IOException cause) {
    return DataException.doing("tokenizing with " + file.getFileName())
        .expected("a tokenizer that needs no more than 2 GB of memory and 30 s for a text")
        .found("one whose process " + process.death() + "; unusual is " + oddity)
        .where(file.toString())
        .fix("Give the tokenizer that belongs to the model, as it was published.", cause);
  }

  @Override
  public Tokens encode(String text) {
    return ask(TokenizerWire.ONE, text, "");
  }

  @Override
  public Tokens encode(String first, String second) {
    return ask(TokenizerWire.TWO, first, second);
  }

  @Override
  public Tokens bare(String text) {
    return ask(TokenizerWire.BARE, text, "");
  }

  @Override
  public void close() {
    process.close();
  }
}
