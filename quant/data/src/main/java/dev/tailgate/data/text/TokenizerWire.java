package dev.tailgate.data.text;

import dev.tailgate.data.text.TokenizerBinding.Tokens;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What goes between a process and the one in which a tokenizer runs apart. */
final class TokenizerWire {
  /** Kinds of requests. */
  static final int ONE = 1;

  static final int TWO = 2;
  static final int BARE = 3;

  /** Kinds of answers. */
  static final int DONE = 'D';

  static final int REFUSED = 'R';

  /** More than any text of a data set has. */
  private static final int MOST = 1 << 24;

  private TokenizerWire() {}

  static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_16BE);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(count(in, 2 * MOST)), StandardCharsets.UTF_16BE);
  }

  private static int count(DataInputStream in, int most) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > most) {
      throw new IOException(count + " entries");
    }
    return count;
  }

  static void write(DataOutputStream out, Tokens tokens) throws IOException {
    int count = tokens.ids().length;
    out.writeInt(count);
    for (int i = 0; i < count; i++) {
      out.writeLong(tokens.ids()[i]);
      out.writeLong(tokens.types()[i]);
      out.writeBoolean(tokens.special()[i]);
      out.writeInt(tokens.texts()[i]);
      out.writeInt(tokens.starts()[i]);
      out.writeInt(tokens.ends()[i]);
      write(out, tokens.tokens()[i]);
    }
  }

  static Tokens tokens(DataInputStream in) throws IOException {
    int count = count(in, MOST);
    Tokens tokens =
        new Tokens(
            new long[count],
            new long[count],
            new boolean[count],
            new int[count],
            new int[count],
            new int[count],
            new String[count]);
    for (int i = 0; i < count; i++) {
      tokens.ids()[i] = in.readLong();
      tokens.types()[i] = in.readLong();
      tokens.special()[i] = in.readBoolean();
      tokens.texts()[i] = in.readInt();
      tokens.starts()[i] = in.readInt();
      tokens.ends()[i] = in.readInt();
      tokens.tokens()[i] = text(in);
    }
    return tokens;
  }
}
