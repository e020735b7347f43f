package dev.tailgate.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a training is. What is drawn follows from the seed and from these counts, so that there is
 * no other state of a random number generator.
 *
 * @param step updates that were made
 * @param epoch the epoch of the next batch, from 0
 * @param inEpoch batches of that epoch that were run
 * @param samples samples that were run, each as often as it was
 * @param tokens the same in tokens; 0 where the model reads none
 * @param seconds the time it took
 * @param pending sums over the batches that were run for the next update, by term
 * @param points what was seen at each update
 * @param scores what held-out samples said
 */
public record LoopState(
    long step,
    long epoch,
    long inEpoch,
    long samples,
    long tokens,
    double seconds,
    Map<String, Double> pending,
    List<Point> points,
    List<HeldOut> scores) {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /** Before the first step. */
  public static final LoopState START =
      new LoopState(0, 0, 0, 0, 0, 0, Map.of(), List.of(), List.of());

  /** Copies maps and lists. */
  public LoopState {
    pending = Collections.unmodifiableMap(new LinkedHashMap<>(pending));
    points = List.copyOf(points);
    scores = List.copyOf(scores);
  }

  /**
   * One update.
   *
   * @param step which, from 1
   * @param loss the sum that is made small, in the mean of its batches
   * @param rate the learning rate
   * @param terms the parts of the loss without their factors, and the norm of gradients
   */
  public record Point(long step, double loss, double rate, Map<String, Double> terms) {
    /** Copies the map. */
    public Point {
      terms = Collections.unmodifiableMap(new LinkedHashMap<>(terms));
    }
  }

  /**
   * One score on held-out samples.
   *
   * @param step updates before it
   * @param score the metric
   */
  public record HeldOut(long step, double score) {}

  /** The same after a batch that was run. */
  public LoopState afterBatch(
      long newEpoch, long newInEpoch, long rows, long newTokens, Map<String, Double> sums) {
    return new LoopState(
        step,
        newEpoch,
        newInEpoch,
        samples + rows,
        tokens + newTokens,
        seconds,
        sums,
        points,
        scores);
  }

  /** The same after an update. */
  public LoopState with(Point point) {
    List<Point> more = new ArrayList<>(points);
    more.add(point);
    return new LoopState(
        point.step(), epoch, inEpoch, samples, tokens, seconds, Map.of(), more, scores);
  }

  /** The same with a score. */
  public LoopState with(HeldOut score) {
    List<HeldOut> more = new ArrayList<>(scores);
    more.add(score);
    return new LoopState(step, epoch, inEpoch, samples, tokens, seconds, pending, points, more);
  }

  /** The same after so many seconds in all. */
  public LoopState after(double allSeconds) {
    return new LoopState(
        step, epoch, inEpoch, samples, tokens, allSeconds, pending, points, scores);
  }

  /** As JSON, numbers without loss. */
  public String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What {@link #json} wrote.
   *
   * @throws IllegalArgumentException for anything else
   */
  static LoopState parse(String json) {
    try {
      return JSON.readValue(json, LoopState.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no state of a training", e);
    }
  }
}
