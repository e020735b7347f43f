package dev.tailgate.run.evidence;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.result.SiteEvidence;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Where the heads of a site look. Of sequences with more than {@value #QUERIES} queries every
 * second, third, ... is read, so that at most twice that many count: means change little and time
 * grows with the keys only.
 */
final class SiteReader implements ExposedRuns.Reader {
  private static final int QUERIES = 128;

  private final AttentionSite site;
  private final Optional<String> values;
  private final Optional<String> ids;
  private final List<HeadSums> heads = new ArrayList<>();
  private Optional<String> refusal = Optional.empty();

  SiteReader(AttentionSite site, Optional<String> values, Optional<String> ids) {
    this.site = site;
    this.values = values;
    this.ids = ids;
  }

  @Override
  public Set<String> tensors() {
    Set<String> tensors = new LinkedHashSet<>(Set.of(site.normalisation().probs()));
    values.ifPresent(tensors::add);
    return tensors;
  }

  @Override
  public void accept(Batch batch, Map<String, Tensor> tensors) {
    Tensor probs = Objects.requireNonNull(tensors.get(site.normalisation().probs()));
    Optional<SiteLayout> found = SiteLayout.of(probs, batch);
    if (found.isEmpty()) {
      refusal = Optional.of("its probabilities have the shape " + probs);
      return;
    }
    SiteLayout layout = found.get();
    while (heads.size() < layout.heads()) {
      heads.add(new HeadSums());
    }
    float[] p = Elements.toFloats(probs);
    Optional<double[]> norms =
        values
            .flatMap(name -> Optional.ofNullable(tensors.get(name)))
            .flatMap(tensor -> ValueNorms.of(tensor, layout));
    TokenIds tokenIds = layout.perSample() ? TokenIds.of(batch, ids) : TokenIds.NONE;
    for (int g = 0; g < layout.groups(); g++) {
      boolean[] realKeys = layout.real(batch, g, layout.keys());
      boolean[] realQueries = layout.real(batch, g, layout.queries());
      group(layout, g, p, norms, realQueries, realKeys, tokenIds);
    }
  }

  private void group(
      SiteLayout layout,
      int group,
      float[] p,
      Optional<double[]> norms,
      boolean[] realQueries,
      boolean[] realKeys,
      TokenIds tokenIds) {
    int keys = layout.keys();
    long[] keyIds = new long[keys];
    for (int k = 0; k < keys; k++) {
      keyIds[k] = tokenIds.at(group, k, keys);
    }
    double[][] masses = new double[layout.heads()][keys];
    int stride = Math.max(1, layout.queries() / QUERIES);
    int counted = 0;
    for (int q = 0; q < layout.queries(); q += stride) {
      if (realQueries[q]) {
        counted++;
        int seen = seen(layout, group, q, p, realKeys);
        for (int h = 0; h < layout.heads(); h++) {
          int at = layout.row(group, h, q);
          heads.get(h).entropy(p, at, realKeys, seen);
          for (int k = 0; k < keys; k++) {
            masses[h][k] += realKeys[k] ? p[at + k] : 0;
          }
        }
      }
    }
    for (int h = 0; h < layout.heads() && counted > 0; h++) {
      int from = (group * layout.heads() + h) * keys;
      heads.get(h).keys(masses[h], counted, norms, from, realKeys, keyIds);
    }
  }

  /** Keys that some head gives more than 0. */
  private static int seen(SiteLayout layout, int group, int query, float[] p, boolean[] realKeys) {
    int seen = 0;
    for (int k = 0; k < layout.keys(); k++) {
      boolean visible = false;
      for (int h = 0; h < layout.heads() && realKeys[k] && !visible; h++) {
        visible = p[layout.row(group, h, query) + k] > 0;
      }
      seen += visible ? 1 : 0;
    }
    return seen;
  }

  String id() {
    return site.id();
  }

  /** Why there is no result. */
  String refusal() {
    return refusal.orElse("no query was a real token");
  }

  /** What was found; empty where nothing could be read. */
  Optional<SiteEvidence> result() {
    List<SiteEvidence.Head> found = new ArrayList<>();
    for (int h = 0; h < heads.size(); h++) {
      heads.get(h).result(h).ifPresent(found::add);
    }
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(new SiteEvidence(site.id(), site.layer(), site.normaliser().label(), found));
  }
}
