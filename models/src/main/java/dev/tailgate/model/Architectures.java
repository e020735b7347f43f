package dev.tailgate.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The one list of architectures, and of sizes that have a name. */
public final class Architectures {
  /** Kinds by the name that commands and recipes know them by. */
  public static final Map<String, Class<? extends Architecture>> KINDS = kinds();

  /** By kind, then by name of the size: {@code tiny} is that of the reference family. */
  public static final Map<String, Map<String, Architecture>> SIZES = sizes();

  private Architectures() {}

  private static Map<String, Class<? extends Architecture>> kinds() {
    Map<String, Class<? extends Architecture>> kinds = new LinkedHashMap<>();
    kinds.put("bert", Bert.class);
    kinds.put("opt", Opt.class);
    kinds.put("llama", Llama.class);
    kinds.put("vit", Vit.class);
    kinds.put("stanhop", Stanhop.class);
    return Collections.unmodifiableMap(kinds);
  }

  private static Map<String, Map<String, Architecture>> sizes() {
    Map<String, Map<String, Architecture>> sizes = new LinkedHashMap<>();
    sizes.put("bert", of("tiny", Bert.TINY, "base", Bert.BASE));
    sizes.put("opt", of("tiny", Opt.TINY, "125m", Opt.BASE));
    sizes.put("llama", of("tiny", Llama.TINY, "1b", Llama.BASE));
    sizes.put("vit", of("tiny", Vit.TINY, "small", Vit.SMALL));
    sizes.put("stanhop", of("tiny", Stanhop.TINY, "etth1", Stanhop.BASE));
    return Collections.unmodifiableMap(sizes);
  }

  private static Map<String, Architecture> of(
      String first, Architecture small, String second, Architecture large) {
    Map<String, Architecture> sizes = new LinkedHashMap<>();
    sizes.put(first, small);
    sizes.put(second, large);
    return Collections.unmodifiableMap(sizes);
  }
}
