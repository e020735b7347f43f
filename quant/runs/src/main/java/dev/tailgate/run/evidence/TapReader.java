package dev.tailgate.run.evidence;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.tap.TokenLayout;
import dev.tailgate.quant.measure.SliceGeometry;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.result.TapEvidence;
import dev.tailgate.result.TokenShare;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Power sums of an activation by channel and by slice, and what follows from them. */
final class TapReader implements ExposedRuns.Reader {
  private static final int HUNDREDTH = 100;

  private record Slice(PowerSums sums, int token, long id) {}

  private final Tap tap;
  private final TokenLayout layout;
  private final Optional<double[]> gain;
  private final Optional<String> ids;
  private final RangeUseMeter range;
  private final List<PowerSums> channels = new ArrayList<>();
  private final List<Slice> slices = new ArrayList<>();
  private final DetailMeter detail = new DetailMeter();
  private double centre = Double.NaN;

  TapReader(
      Tap tap,
      TokenLayout layout,
      Optional<Quantizer> quantizer,
      Optional<double[]> gain,
      Optional<String> ids) {
    this.tap = tap;
    this.layout = layout;
    this.gain = gain;
    this.ids = ids;
    this.range = new RangeUseMeter(quantizer);
  }

  @Override
  public Set<String> tensors() {
    return Set.of(tap.tensor());
  }

  @Override
  public void accept(Batch batch, Map<String, Tensor> tensors) {
    Tensor tensor = Objects.requireNonNull(tensors.get(tap.tensor()));
    if (tensor.rank() == 0 || tensor.elementCount() == 0) {
      return;
    }
    float[] values = Elements.toFloats(tensor);
    SliceGeometry geometry = new SliceGeometry(layout, tensor.shape(), batch);
    TokenIds tokenIds = TokenIds.of(batch, ids);
    int width = geometry.channels();
    while (channels.size() < width) {
      channels.add(new PowerSums());
    }
    if (Double.isNaN(centre)) {
      centre = mean(values, geometry);
    }
    for (int s = 0; s < geometry.slices(); s++) {
      if (geometry.valid(s)) {
        int token = layout instanceof TokenLayout.None ? -1 : geometry.token(s);
        long sample = geometry.sample(s);
        int row = geometry.localSample(s);
        long id = token < 0 ? -1 : tokenIds.at(row, token, tokens(tensor, batch));
        PowerSums sums = slice(values, s * width, width);
        detail.accept(values, s * width, width, sample, token, id);
        slices.add(new Slice(sums, token, id));
        range.accept(values, s * width, (s + 1) * width);
      }
    }
  }

  private PowerSums slice(float[] values, int from, int width) {
    PowerSums sums = new PowerSums();
    for (int c = 0; c < width; c++) {
      float x = values[from + c];
      if (Float.isFinite(x)) {
        sums.accept(x - centre);
        channels.get(c).accept(x - centre);
      }
    }
    return sums;
  }

  /** Without padding, which may hold anything and would put the centre far from the mean. */
  private static double mean(float[] values, SliceGeometry geometry) {
    double sum = 0;
    long count = 0;
    for (int s = 0; s < geometry.slices(); s++) {
      for (int c = 0; c < geometry.channels() && geometry.valid(s); c++) {
        float x = values[s * geometry.channels() + c];
        if (Float.isFinite(x)) {
          sum += x;
          count++;
        }
      }
    }
    return count == 0 ? 0 : sum / count;
  }

  /** Length of the token axis. */
  private long tokens(Tensor tensor, Batch batch) {
    return layout instanceof TokenLayout.Axis axis
        ? tensor.dim(axis.axis())
        : tensor.dim(0) / Math.max(1, batch.rows());
  }

  /** What was found; empty where there was no finite element. */
  Optional<TapEvidence> result() {
    PowerSums all = new PowerSums();
    channels.forEach(all::add);
    if (all.count() == 0) {
      return Optional.empty();
    }
    double shift = all.mean();
    double fourth = all.fourth(shift);
    double second = all.second(shift);
    double[] byChannel = channels.stream().mapToDouble(sums -> sums.fourth(shift)).toArray();
    double[] bySlice = slices.stream().mapToDouble(s -> s.sums().fourth(shift)).toArray();
    int top = 0;
    for (int c = 1; c < byChannel.length; c++) {
      top = byChannel[c] > byChannel[top] ? c : top;
    }
    int topChannels = hundredth(byChannel.length);
    return Optional.of(
        new TapEvidence(
            tap.tensor(),
            tap.label(),
            tap.layer(),
            all.count(),
            fourth * all.count() / (second * second),
            byChannel.length,
            top,
            byChannel[top] / fourth,
            topChannels,
            largest(byChannel, topChannels) / fourth,
            token(bySlice, fourth),
            largest(bySlice, hundredth(bySlice.length)) / fourth,
            range.min(),
            range.max(),
            range.result(),
            detail.peakSamples(),
            detail.samples(),
            gainAt(top, byChannel.length),
            Optional.of(detail.result())));
  }

  private static int hundredth(int count) {
    return (count + HUNDREDTH - 1) / HUNDREDTH;
  }

  private static double largest(double[] values, int count) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double sum = 0;
    for (int i = sorted.length - count; i < sorted.length; i++) {
      sum += sorted[i];
    }
    return sum;
  }

  private Optional<TokenShare> token(double[] bySlice, double fourth) {
    TokenSums sums = new TokenSums();
    for (int s = 0; s < bySlice.length; s++) {
      sums.add(TokenShare.Kind.POSITION, slices.get(s).token(), bySlice[s], 1);
      sums.add(TokenShare.Kind.TOKEN_ID, slices.get(s).id(), bySlice[s], 1);
    }
    return sums.standsOut(fourth, bySlice.length);
  }

  private Optional<TapEvidence.GainEvidence> gainAt(int channel, int width) {
    if (gain.isEmpty() || gain.get().length != width) {
      return Optional.empty();
    }
    double[] sizes = Arrays.stream(gain.get()).map(Math::abs).sorted().toArray();
    double median = (sizes[(width - 1) / 2] + sizes[width / 2]) / 2;
    double value = gain.get()[channel];
    return median == 0
        ? Optional.empty()
        : Optional.of(new TapEvidence.GainEvidence(value, Math.abs(value) / median));
  }
}
