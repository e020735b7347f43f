package dev.tailgate.run.rewrite;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.rewrite.Sink;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Trained sink logits: one {@code .npy} array {@code [sites, H]}, row {@code i} for site {@code i},
 * or an {@code .npz} archive with an array called by the number of each site, {@code [H]} or a
 * scalar for all heads.
 */
public final class SinkFile {
  private SinkFile() {}

  /**
   * Sinks by site number.
   *
   * @throws dev.tailgate.engine.tensor.DataException for other names or shapes, and for numbers
   *     that are not finite
   */
  public static Map<Integer, Sink> read(Path path) {
    ParameterFile file = ParameterFile.read(path, "sinks");
    Map<Integer, Sink> sinks = new TreeMap<>();
    if (path.toString().toLowerCase(Locale.ROOT).endsWith(".npy")) {
      Tensor all = file.single().orElseThrow();
      file.requireShape("", all, "[sites, H]", -1, -1);
      int heads = Math.toIntExact(all.dim(1));
      double[] logits = ParameterFile.doubles(all);
      for (int site = 0; site < all.dim(0); site++) {
        double[] row = Arrays.copyOfRange(logits, site * heads, (site + 1) * heads);
        sinks.put(site, new Sink.PerHead(row));
      }
      return sinks;
    }
    file.bySite(Set.of(""))
        .forEach(
            (site, arrays) ->
                sinks.put(site, sink(file, site, Objects.requireNonNull(arrays.get("")))));
    return sinks;
  }

  private static Sink sink(ParameterFile file, int site, Tensor logits) {
    if (logits.rank() == 0) {
      return new Sink.Logit(ParameterFile.doubles(logits)[0]);
    }
    file.requireShape(Integer.toString(site), logits, "[H] or a scalar", -1);
    return new Sink.PerHead(ParameterFile.doubles(logits));
  }
}
