package dev.tailgate.quant.audit;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What to audit and how.
 *
 * @param model the ONNX file
 * @param data where samples come from; empty makes inputs from the model's signature
 * @param calibrationData samples for the ranges; empty takes them from {@code data}
 * @param tokenizer a {@code tokenizer.json} for text data
 * @param samples number of samples to evaluate
 * @param batchSize samples a run
 * @param sequenceLength tokens a sample where the data or signature leaves it open
 * @param seed seed of everything random
 * @param taps tap preset: auto, bert, opt, vit, blocks, all
 * @param rangeEstimator running_minmax, minmax or percentile
 * @param percentile for the percentile estimator, in percent, for example 99.999
 * @param calibrationBatches number of batches the ranges are estimated on
 * @param cleanCalibration estimate ranges on float activations instead of sequentially
 * @param quantize whether to quantize at all
 * @param executionProvider cpu or cuda
 * @param threads intra-operator threads; 0 lets the runtime choose
 */
public record AuditRequest(
    Path model,
    Optional<Path> data,
    Optional<Path> calibrationData,
    Optional<Path> tokenizer,
    int samples,
    int batchSize,
    int sequenceLength,
    long seed,
    String taps,
    String rangeEstimator,
    double percentile,
    int calibrationBatches,
    boolean cleanCalibration,
    boolean quantize,
    String executionProvider,
    int threads) {}
