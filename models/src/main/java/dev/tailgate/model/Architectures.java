package dev.tailgate.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The one list of architectures. */
public final class Architectures {
  /** Kinds by the name that commands and recipes know them by. */
  public static final Map<String, Class<? extends Architecture>> KINDS = kinds();

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
}
