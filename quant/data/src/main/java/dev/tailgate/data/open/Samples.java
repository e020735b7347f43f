package dev.tailgate.data.open;

import dev.tailgate.data.Amount;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataRequest.Purpose;
import dev.tailgate.data.DataSource;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.Shard;
import dev.tailgate.data.Task;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.input.HeldSizes;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.OnnxModel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The samples of a run, as a user asks for them.
 *
 * @param request which ones to evaluate on
 * @param calibrationData what parameters are fitted on; empty takes the data of {@code request}
 * @param calibrationPart the part of that to take; empty takes the part of {@code request}
 * @param calibrationBatch rows of a calibration batch, whatever the batch size of {@code request}:
 *     running ranges pool a batch, so that it is part of what they are
 */
public record Samples(
    DataRequest request,
    Optional<DataSpec> calibrationData,
    Optional<Shard> calibrationPart,
    int calibrationBatch) {
  /** Rows of a calibration batch where nothing is said. */
  public static final int CALIBRATION_BATCH = 8;

  /** Rows that run together where activations themselves are looked at, at most. */
  private static final int LOOKED_AT_TOGETHER = 4;

  /**
   * {@link Amount.Budget#DEFAULT} of the data, or 64 made-up samples, in batches of 8, of 128
   * tokens where the model leaves it open.
   */
  public static final Samples DEFAULT =
      new Samples(DataRequest.synthetic(64, 8, 128, 0)).with(Amount.Budget.DEFAULT);

  /** Refuses calibration batches without samples. */
  public Samples {
    if (calibrationBatch < 1) {
      throw DataException.doing("preparing data")
          .expected("calibration batches of at least 1")
          .found(Integer.toString(calibrationBatch))
          .fix("Ask for one or more.");
    }
  }

  /** Calibrated on the same part of other data, if there is any. */
  public Samples(DataRequest request, Optional<DataSpec> calibrationData) {
    this(request, calibrationData, Optional.empty(), CALIBRATION_BATCH);
  }

  /** Calibrated on the data that it is evaluated on. */
  public Samples(DataRequest request) {
    this(request, Optional.empty());
  }

  /** The same from other files. */
  public Samples on(Path files, Path calibration) {
    return new Samples(
        request.on(
            Optional.of(DataSpec.of(files)),
            request.amount(),
            request.seed(),
            request.shard(),
            Purpose.EVALUATION),
        Optional.of(DataSpec.of(calibration)),
        Optional.empty(),
        calibrationBatch);
  }

  /** The same evaluated on other data, and calibrated on it too where nothing else is given. */
  public Samples withData(DataSpec data) {
    return new Samples(
        request.on(
            Optional.of(data),
            request.amount(),
            request.seed(),
            request.shard(),
            Purpose.EVALUATION),
        calibrationData,
        calibrationPart,
        calibrationBatch);
  }

  /** The same calibrated on other data. */
  public Samples withCalibrationData(DataSpec data) {
    return new Samples(request, Optional.of(data), calibrationPart, calibrationBatch);
  }

  /** The same evaluated on at most {@code most} samples, at least 1. */
  public Samples atMost(int most) {
    return with(Amount.of(most));
  }

  /** The same evaluated on other amounts of the data. */
  public Samples with(Amount amount) {
    return new Samples(
        request.on(request.data(), amount, request.seed(), request.shard(), request.purpose()),
        calibrationData,
        calibrationPart,
        calibrationBatch);
  }

  /** The same for {@code task}. */
  public Samples as(Task task) {
    return new Samples(request.as(task), calibrationData, calibrationPart, calibrationBatch);
  }

  /** Part {@code part} of {@code parts} disjoint parts of the data, calibrated as before. */
  public Samples part(int part, int parts) {
    return new Samples(
        request.part(part, parts),
        calibrationData,
        calibrationPart.or(() -> Optional.of(request.shard())),
        calibrationBatch);
  }

  /** Some of {@code parts} disjoint parts of the data, calibrated on them. */
  public Samples parts(int first, int many, int parts) {
    return new Samples(
        request.parts(first, many, parts), calibrationData, Optional.empty(), calibrationBatch);
  }

  /** The same of the part that a format keeps for fitting, where it keeps one. */
  public Samples forFitting() {
    return new Samples(
        request.on(
            request.data(), request.amount(), request.seed(), request.shard(), Purpose.CALIBRATION),
        calibrationData,
        calibrationPart,
        calibrationBatch);
  }

  /** The same, calibrated on {@code shard} of its calibration data. */
  public Samples calibratedOn(Shard shard) {
    return new Samples(request, calibrationData, Optional.of(shard), calibrationBatch);
  }

  /** The same, calibrated on part {@code part} of {@code parts} of its calibration data. */
  public Samples calibratedOnPart(int part, int parts) {
    Shard of = calibrationPart.orElse(request.shard());
    return new Samples(
        request, calibrationData, Optional.of(of.part(part, parts)), calibrationBatch);
  }

  /** The same with {@code rows} rows a calibration batch, at least 1. */
  public Samples withCalibrationBatch(int rows) {
    return new Samples(request, calibrationData, calibrationPart, rows);
  }

  /** Samples a run. */
  public int batchSize() {
    return request.batchSize();
  }

  /** Seed of everything random. */
  public long seed() {
    return request.seed();
  }

  /**
   * The samples to evaluate on. Without labels, a model that predicts tokens is taken for a causal
   * language model only where running it shows that it does not see later tokens; otherwise it is
   * compared by agreement.
   */
  public DataSource open(OnnxModel model) {
    return open(model, RunnerOptions.DEFAULT);
  }

  /**
   * The same where the model runs as {@code options} say, for example with operators of its own.
   */
  public DataSource open(OnnxModel model, RunnerOptions options) {
    DataSource source = DataSources.open(model, request);
    boolean isGuess = request.task().isEmpty() && source.task() == Task.CAUSAL_LM;
    return isGuess
            && CausalProbe.seesLaterTokens(model, source.batches().next(), options).orElse(false)
        ? DataSources.open(model, request.as(Task.AGREEMENT))
        : source;
  }

  /**
   * The samples to calibrate on, at most {@code most} rows. Without data of their own they are
   * other samples of the evaluated data where there are enough, and made-up ones differ by seed.
   */
  public DataSource openCalibration(OnnxModel model, int most) {
    return openCalibration(model, new Amount.Rows(most));
  }

  /** The same, of as many samples as are evaluated. */
  public DataSource openCalibration(OnnxModel model) {
    return openCalibration(model, request.amount());
  }

  /**
   * Some of the samples that {@link #open(OnnxModel)} gave as {@code source}, in the same places,
   * no more than {@code rows} rows: for who looks at activations themselves. They are the same
   * samples in the same batches whatever the batch size, few at a time, and so are the numbers.
   */
  public DataSource openSome(OnnxModel model, DataSource source, long rows) {
    return rebatched(model, source).some(rows, together());
  }

  /** The same of one sample, beside a few that follow it. */
  public DataSource openAround(OnnxModel model, DataSource source, long place) {
    long size = source.samples();
    long[] places =
        LongStream.range(place, place + Math.min(size, together()))
            .map(p -> p % size)
            .sorted()
            .toArray();
    return rebatched(model, source).at(places, together());
  }

  private int together() {
    return Math.min(LOOKED_AT_TOGETHER, calibrationBatch);
  }

  /** A graph that holds its batch may take no other: opening the data finds out. */
  private DataSource rebatched(OnnxModel model, DataSource source) {
    return HeldSizes.of(model.graph()).seemsHeld()
        ? DataSources.open(model, request.as(source.task()).withBatchSize(together()))
        : source;
  }

  private DataSource openCalibration(OnnxModel model, Amount amount) {
    long seed = request.data().isPresent() ? request.seed() : request.seed() + 1;
    Shard part = calibrationPart.orElse(request.shard());
    DataRequest calibration =
        request
            .on(calibrationData.or(request::data), amount, seed, part, Purpose.CALIBRATION)
            .withBatchSize(calibrationBatch);
    boolean isSame = isCalibratedOnItsData() && part.equals(request.shard());
    return DataSources.open(
        model, isSame ? calibration.apartFrom(Optional.of(request.amount())) : calibration);
  }

  private static DataSpec resolved(DataSpec spec) {
    return spec instanceof DataSpec.FileSpec file
        ? DataSpec.of(file.path().toAbsolutePath().normalize())
        : spec;
  }

  /** Whether there is data, and no other for calibration. */
  public boolean isCalibratedOnItsData() {
    return request.data().isPresent()
        && calibrationData
            .or(request::data)
            .map(Samples::resolved)
            .equals(request.data().map(Samples::resolved));
  }

  /** The same, at most {@code batches} batches. */
  public DataSource openCalibrationBatches(OnnxModel model, int batches) {
    return openCalibration(model, Math.multiplyExact(batches, calibrationBatch));
  }
}
