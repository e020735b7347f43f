package dev.tailgate.onnx.method;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which sites a rewrite takes: a comma-separated list of site numbers ({@code 3}), ranges ({@code
 * 0-5}), kinds ({@code self}, {@code cross}) and node names with {@code *} for any characters;
 * {@code all} takes every site.
 */
public final class SiteSelection {
  /** Every site. */
  public static final SiteSelection ALL = new SiteSelection("all");

  private static final Pattern RANGE = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");

  /** One entry of the list, and how it chooses. */
  private record Entry(String text, Predicate<RewrittenSite> chooses) {}

  private final String text;
  private final List<Entry> entries = new ArrayList<>();

  private SiteSelection(String text) {
    this.text = text;
    for (String part : text.split(",", -1)) {
      entries.add(new Entry(part.strip(), chooser(part.strip())));
    }
  }

  /**
   * Reads a selection.
   *
   * @throws IllegalArgumentException for an empty entry or a range that runs backwards
   */
  public static SiteSelection parse(String text) {
    return new SiteSelection(text);
  }

  private static Predicate<RewrittenSite> chooser(String part) {
    if (part.isEmpty()) {
      throw new IllegalArgumentException("An entry of the list of sites is empty");
    }
    if (part.equals("all")) {
      return site -> true;
    }
    if (part.equals("self") || part.equals("cross")) {
      return site -> site.kind().equals(part);
    }
    Matcher range = RANGE.matcher(part);
    if (range.matches()) {
      int first = Integer.parseInt(range.group(1));
      int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
      if (last < first) {
        throw new IllegalArgumentException("The range of sites " + part + " runs backwards");
      }
      return site -> site.number() >= first && site.number() <= last;
    }
    Pattern name = Pattern.compile(Pattern.quote(part).replace("*", "\\E.*\\Q"), Pattern.DOTALL);
    return site -> name.matcher(site.node()).matches();
  }

  boolean takes(RewrittenSite site) {
    return entries.stream().anyMatch(entry -> entry.chooses().test(site));
  }

  /** Entries that chose nothing among {@code sites}. */
  Set<String> unmatched(List<RewrittenSite> sites) {
    Set<String> unmatched = new LinkedHashSet<>();
    for (Entry entry : entries) {
      if (!entry.text().equals("all") && sites.stream().noneMatch(entry.chooses())) {
        unmatched.add(entry.text());
      }
    }
    return unmatched;
  }

  @Override
  public String toString() {
    return text;
  }
}
