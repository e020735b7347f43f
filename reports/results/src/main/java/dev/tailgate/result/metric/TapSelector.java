package dev.tailgate.result.metric;

import dev.tailgate.result.TapResult;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Picks taps. All that is given has to match.
 *
 * @param role the tap's role, such as {@code ffn_out}
 * @param layer its layer
 * @param tensor its tensor's name, where {@code *} stands for any characters
 */
public record TapSelector(Optional<String> role, OptionalInt layer, Optional<String> tensor) {
  /** Every tap. */
  public static final TapSelector ALL =
      new TapSelector(Optional.empty(), OptionalInt.empty(), Optional.empty());

  /** Whether {@code tap} is picked. */
  public boolean matches(TapResult tap) {
    return role.filter(r -> !r.equals(tap.role())).isEmpty()
        && (layer.isEmpty() || layer.getAsInt() == tap.layer())
        && tensor.filter(glob -> !glob(glob).matcher(tap.tensor()).matches()).isEmpty();
  }

  private static Pattern glob(String glob) {
    StringBuilder regex = new StringBuilder();
    int from = 0;
    for (int star = glob.indexOf('*'); star >= 0; star = glob.indexOf('*', from)) {
      regex.append(Pattern.quote(glob.substring(from, star))).append(".*");
      from = star + 1;
    }
    return Pattern.compile(
        regex.append(Pattern.quote(glob.substring(from))).toString(), Pattern.DOTALL);
  }

  /** The selection in words. */
  public String inWords() {
    StringBuilder words = new StringBuilder();
    role.ifPresent(r -> words.append(' ').append(r));
    layer.ifPresent(l -> words.append(" of layer ").append(l));
    tensor.ifPresent(t -> words.append(" named ").append(t));
    return words.length() == 0 ? "any tap" : words.substring(1);
  }
}
