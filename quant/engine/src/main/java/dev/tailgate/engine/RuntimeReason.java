package dev.tailgate.engine;

import dev.tailgate.onnx.ir.Printable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What ONNX Runtime says of a failure, without what its developers need: the error code, the place
 * in its sources and the C++ function, which stand before the reason and are longer than it.
 *
 * <pre>
 *   Error code - ORT_FAIL - message: Non-zero status code returned while running Add node.
 *   Name:'Add_16' Status Message: /onnxruntime_src/.../element_wise_ops.h:563 void
 *   onnxruntime::BroadcastIterator::Init(ptrdiff_t, ptrdiff_t) axis == 1 || axis == largest was
 *   false. Attempting to broadcast an axis by a dimension other than 1. 7 by 12
 * </pre>
 *
 * becomes {@code Add node 'Add_16': axis == 1 || axis == largest was false. Attempting to broadcast
 * an axis by a dimension other than 1. 7 by 12}.
 */
final class RuntimeReason {
  private static final int LONGEST = 600;

  private static final Pattern CODE = Pattern.compile("^Error code - \\w+ - message: ");
  private static final Pattern NODE =
      Pattern.compile(
          "Non-zero status code returned while (?:running|initializing) (\\S+) node\\."
              + " Name:'([^']*)'\\s*(?:Status Message: )?");

  /** A file of the runtime's sources with a line, before a function: {@code /a/b.cc:12 }. */
  private static final Pattern PLACE =
      Pattern.compile("(?:[A-Za-z]:)?[/\\\\]?[\\w./\\\\+-]*\\.(?:cc|cpp|cxx|h|hpp|cu|cuh):\\d+ ");

  private RuntimeReason() {}

  /** One line, safe to print; of a very long reason the end, which says why. */
  static String of(Throwable failure) {
    return of(String.valueOf(failure.getMessage()));
  }

  static String of(String message) {
    int trace = message.indexOf("\nStacktrace:");
    String line = (trace < 0 ? message : message.substring(0, trace)).strip();
    line = CODE.matcher(line.replaceAll("\\s+", " ")).replaceFirst("");
    line = NODE.matcher(line).replaceFirst("$1 node '$2': ");
    for (Matcher place = PLACE.matcher(line); place.find(); place = PLACE.matcher(line)) {
      line = line.substring(0, place.start()) + afterSignature(line, place.end());
    }
    return Printable.ending(line.strip(), LONGEST);
  }

  /**
   * The text behind the C++ function that begins at {@code from}: {@code R a::B::c(X, Y) const
   * [with T = Z]}. Without parentheses there is no function, and nothing is cut.
   */
  private static String afterSignature(String text, int from) {
    int at = closing(text, parameters(text, from), '(', ')');
    if (at < 0) {
      return text.substring(from);
    }
    boolean more = true;
    while (more) {
      String rest = text.substring(at);
      if (rest.startsWith(" const") || rest.startsWith(" noexcept")) {
        at += rest.startsWith(" const") ? " const".length() : " noexcept".length();
      } else if (rest.startsWith(" [with ")) {
        int end = closing(text, at + 1, '[', ']');
        more = end > 0;
        at = more ? end : at;
      } else if (rest.startsWith("::") || rest.startsWith("(")) {
        // A lambda inside a function, or operator() with its arguments.
        int end = closing(text, text.indexOf('(', at), '(', ')');
        more = end > 0;
        at = more ? end : at;
        if (text.startsWith(">", at)) {
          at++;
        }
      } else {
        more = false;
      }
    }
    return text.substring(at).stripLeading();
  }

  /** The first parenthesis from {@code from} on that is not inside template arguments. */
  private static int parameters(String text, int from) {
    int depth = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '<' ? 1 : c == '>' ? -1 : 0;
      if (c == '(' && depth == 0) {
        return i;
      }
    }
    return text.indexOf('(', from);
  }

  /** Behind the bracket that closes the one at {@code open}; -1 where there is none. */
  private static int closing(String text, int open, char left, char right) {
    int depth = 0;
    for (int i = Math.max(0, open); open >= 0 && i < text.length(); i++) {
      depth += text.charAt(i) == left ? 1 : text.charAt(i) == right ? -1 : 0;
      if (depth == 0) {
        return i + 1;
      }
    }
    return -1;
  }
}
