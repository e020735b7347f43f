package dev.tailgate.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import ai.onnxruntime.OrtSession.SessionOptions;
import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Runs one model. Sole owner of its native session: close it once, after the last run. Results are
 * heap copies, so nothing native outlives a call; what is to stay native from run to run has an
 * owner of its own, see {@link #stateful}. Not for concurrent use.
 */
public final class ModelRunner implements AutoCloseable {
  private final OrtSession session;
  private final SessionOptions settings;
  private final RunOptions running;
  private final RunnerOptions options;
  private final Set<String> inputs;
  private final Deque<StatefulRun> stateful = new ArrayDeque<>();
  private boolean closed;

  private ModelRunner(
      OrtSession session, SessionOptions settings, RunOptions running, RunnerOptions options) {
    this.session = session;
    this.settings = settings;
    this.running = running;
    this.options = options;
    this.inputs = Set.copyOf(session.getInputNames());
  }

  /**
   * Loads {@code model}. Weights are read by the runtime from the files they lie in.
   *
   * @throws RuntimeUnavailableException when the execution provider is not there
   * @throws ModelRunException when the runtime refuses the model
   * @throws java.util.concurrent.CancellationException where the caller is to go no further, as
   *     every run does
   */
  @MustBeClosed
  public static ModelRunner open(OnnxModel model, RunnerOptions options) {
    try {
      return open(model, options, options.optimization());
    } catch (OrtException e) {
      if (!options.optimization().isOfFloats()) {
        throw LoadRefusal.of(model, options, e);
      }
      // Some fusions of ONNX Runtime drop a value although an added output reads it.
      try {
        return open(model, options, RunnerOptions.Optimization.NONE);
      } catch (OrtException again) {
        throw LoadRefusal.of(model, options, e);
      }
    }
  }

  /**
   * Loads {@code model} to be profiled: the runtime writes what it executes to a file whose name
   * begins with {@code prefix}, until {@link #endProfiling()}.
   */
  @MustBeClosed
  static ModelRunner openProfiled(OnnxModel model, RunnerOptions options, Path prefix) {
    try {
      return open(model, options, options.optimization(), Optional.of(prefix));
    } catch (OrtException e) {
      throw LoadRefusal.of(model, options, e);
    }
  }

  /** Finishes the profile and gives its file. */
  Path endProfiling() {
    try {
      return Path.of(session.endProfiling());
    } catch (OrtException e) {
      throw new ModelRunException(
          "Failed to profile the model: ONNX Runtime says '" + RuntimeReason.of(e) + "'.", e);
    }
  }

  @MustBeClosed
  private static ModelRunner open(
      OnnxModel model, RunnerOptions options, RunnerOptions.Optimization optimization)
      throws OrtException {
    return open(model, options, optimization, Optional.empty());
  }

  /**
   * Loads {@code model} and lets it go again; throws what {@link #open} throws. Loading computes
   * what follows from constants, so that its size is bounded before.
   */
  @SuppressWarnings("MustBeClosed") // closed at once
  public static void requireLoadable(OnnxModel model, RunnerOptions options) {
    ActivationSizes.require(model, Map.of(), options);
    open(model, options).close();
  }

  @SuppressWarnings("MustBeClosed") // handed to the caller, who closes it
  private static ModelRunner open(
      OnnxModel model,
      RunnerOptions options,
      RunnerOptions.Optimization optimization,
      Optional<Path> profile)
      throws OrtException {
    options.requireGoingOn();
    SessionOptions settings;
    try {
      settings =
          ProcessEnd.nativeWork(
              () -> {},
              () -> OrtRuntime.options(options.with(optimization), model.weightsFolder()));
    } catch (OrtException e) {
      throw new RuntimeUnavailableException(
          "Failed to use execution provider "
              + options.provider().label()
              + ": ONNX Runtime says '"
              + RuntimeReason.of(e)
              + "'. Build with -Pcuda on a machine with CUDA, or run with --ep cpu.",
          e);
    }
    try {
      if (profile.isPresent()) {
        settings.enableProfiling(profile.get().toString());
      }
      byte[] bytes = model.toSessionBytes();
      return ProcessEnd.nativeWork(
          () -> {},
          () -> {
            OrtSession session = OrtRuntime.environment().createSession(bytes, settings);
            return new ModelRunner(session, settings, new RunOptions(), options);
          });
    } catch (OrtException | RuntimeException e) {
      settings.close();
      throw e;
    }
  }

  /**
   * Runs once.
   *
   * @param feeds a tensor for each input of the model; entries the model has no input for are left
   *     out, since passes and optimisers may drop inputs
   * @param outputs names of the outputs to compute and copy
   * @throws ModelRunException when the runtime fails, for example on a shape it does not accept
   * @throws java.util.concurrent.CancellationException where {@link RunnerOptions#requireGoingOn}
   *     says so
   */
  public Map<String, Tensor> run(Map<String, Tensor> feeds, Set<String> outputs) {
    Map<String, Tensor> copies = new LinkedHashMap<>();
    run(feeds, outputs, copies::put);
    return copies;
  }

  /**
   * Runs once and hands out the outputs one by one, in the order of {@code outputs}. Each is copied
   * to the heap when its turn comes and released by the runtime before the next, so large outputs
   * are not held twice.
   */
  public void run(
      Map<String, Tensor> feeds, Set<String> outputs, BiConsumer<String, Tensor> consumer) {
    run(feeds, Map.of(), outputs, result -> handOut(result, consumer));
  }

  /**
   * Runs once, with values that are native already beside the feeds.
   *
   * @param held values by input, which stay their owner's
   * @param taker closes every value of the result or keeps it; the feeds live until it returns,
   *     since an output may share the memory of an input
   */
  void run(
      Map<String, Tensor> feeds,
      Map<String, OnnxTensor> held,
      Set<String> outputs,
      Consumer<OrtSession.Result> taker) {
    requireOpen();
    options.requireGoingOn();
    List<OnnxTensor> fed = new ArrayList<>();
    try {
      Map<String, OnnxTensor> tensors = new HashMap<>(held);
      for (Map.Entry<String, Tensor> feed : feeds.entrySet()) {
        if (inputs.contains(feed.getKey())) {
          @SuppressWarnings("MustBeClosed") // closed in the finally block below
          OnnxTensor tensor = OrtTensors.toNative(feed.getValue());
          fed.add(tensor);
          tensors.put(feed.getKey(), tensor);
        }
      }
      taker.accept(ProcessEnd.nativeWork(this::stop, () -> session.run(tensors, outputs, running)));
    } catch (OrtException e) {
      options.requireGoingOn();
      throw new ModelRunException(
          "Failed to run the model: ONNX Runtime says '"
              + RuntimeReason.of(e)
              + "'. "
              + remedy(RuntimeReason.of(e)),
          e);
    } finally {
      fed.forEach(OnnxTensor::close);
    }
  }

  /**
   * Starts steps whose state stays in the runtime. Several may be open on one runner, which closes
   * those that still are, the last first, before its session.
   *
   * @param successors for each input that is a state, the output that replaces it after a step
   * @param initial the state before the first step
   * @throws IllegalArgumentException where names or types do not fit the model
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // handed to the caller, who closes it
  public StatefulRun stateful(Map<String, String> successors, Map<String, Tensor> initial) {
    requireOpen();
    try {
      StatefulRun run = new StatefulRun(this, session, successors, initial);
      stateful.addFirst(run);
      return run;
    } catch (OrtException e) {
      throw new ModelRunException(
          "Failed to hand the state of a model to ONNX Runtime: it says '"
              + RuntimeReason.of(e)
              + "'.",
          e);
    }
  }

  /** What is closed no longer needs to be. */
  void forget(StatefulRun run) {
    stateful.remove(run);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The runner is closed");
    }
  }

  /** Ends the run that goes on, before its next operator. */
  private void stop() {
    try {
      running.setTerminate(true);
    } catch (OrtException e) {
      // It then ends when it is through.
    }
  }

  private static String remedy(String message) {
    return message.contains("out of data bounds")
        ? "A token is beyond the vocabulary, or a sample longer than the model has positions: give"
            + " other data or a smaller --sequence-length."
        : "Check that the data fits the model's inputs.";
  }

  /** A result owns nothing but its values, which are released here one after the other. */
  private static void handOut(OrtSession.Result result, BiConsumer<String, Tensor> consumer) {
    Iterator<Map.Entry<String, OnnxValue>> values = result.iterator();
    try {
      while (values.hasNext()) {
        Map.Entry<String, OnnxValue> entry = values.next();
        Optional<Tensor> copy = Optional.empty();
        try (OnnxValue value = entry.getValue()) {
          if (value instanceof OnnxTensor tensor) {
            copy = Optional.of(OrtTensors.toHeap(tensor));
          }
        }
        copy.ifPresent(tensor -> consumer.accept(entry.getKey(), tensor));
      }
    } finally {
      values.forEachRemaining(entry -> entry.getValue().close());
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    List.copyOf(stateful).forEach(StatefulRun::close);
    try {
      ProcessEnd.release(this::release);
    } catch (OrtException e) {
      throw new ModelRunException("Failed to release the session", e);
    }
  }

  private boolean release() throws OrtException {
    try {
      session.close();
    } finally {
      running.close();
      settings.close();
    }
    return closed;
  }
}
