package dev.tailgate.data.text;

import dev.tailgate.data.text.TokenizerBinding.Tokens;
import dev.tailgate.engine.ProcessLimits;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The process in which a tokenizer of an odd form runs: a file and settings as arguments, requests
 * on standard input, answers on standard output. It may die of any of them. It ends when its input
 * does, also in the middle of native work, so that it never outlives who started it.
 */
final class TokenizerProcess {
  /** Beyond what a JVM has at its start; the largest published tokenizers take a tenth of it. */
  private static final long MEMORY = 2L << 30;

  private TokenizerProcess() {}

  private record Request(int kind, String first, String second) {
    Tokens answer(TokenizerBinding tokenizer) {
      return switch (kind) {
        case TokenizerWire.ONE -> tokenizer.encode(first);
        case TokenizerWire.TWO -> tokenizer.encode(first, second);
        default -> tokenizer.bare(first);
      };
    }
  }

  /** A file, then settings as pairs of a name and a value. */
  public static void main(String[] args) throws IOException, InterruptedException {
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
    BlockingQueue<Request> requests = new ArrayBlockingQueue<>(1);
    Thread reader = new Thread(() -> read(requests), "requests");
    reader.setDaemon(true);
    reader.start();
    Map<String, String> settings = new LinkedHashMap<>();
    for (int i = 1; i < args.length; i += 2) {
      settings.put(args[i], args[i + 1]);
    }
    ProcessLimits.confine(MEMORY);
    try (TokenizerBinding tokenizer = NativeTokenizer.open(Path.of(args[0]), settings)) {
      out.writeByte(TokenizerWire.DONE);
      out.flush();
      while (true) {
        Request request = requests.take();
        try {
          Tokens tokens = request.answer(tokenizer);
          out.writeByte(TokenizerWire.DONE);
          TokenizerWire.write(out, tokens);
        } catch (RuntimeException e) {
          refuse(out, e);
        }
        out.flush();
      }
    } catch (IOException | RuntimeException | UnsatisfiedLinkError e) {
      refuse(out, e);
      out.flush();
    }
  }

  private static void refuse(DataOutputStream out, Throwable reason) throws IOException {
    out.writeByte(TokenizerWire.REFUSED);
    TokenizerWire.write(out, String.valueOf(reason.getMessage()));
  }

  private static void read(BlockingQueue<Request> requests) {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in)))) {
      while (true) {
        int kind = in.readUnsignedByte();
        String first = TokenizerWire.text(in);
        requests.put(new Request(kind, first, TokenizerWire.text(in)));
      }
    } catch (IOException | InterruptedException e) {
      Runtime.getRuntime().halt(0);
    }
  }
}
