package dev.tailgate.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Steps of one model whose state stays in the runtime: what a step computes for a state is the
 * input of the next, handed on without a copy. Weights and moments of an optimiser are such states,
 * counters, and key-value caches, which may grow from step to step.
 *
 * <p>Sole owner of the native values. A step computes the new state beside the old, which is let go
 * once the whole step has succeeded: memory holds the state twice during a step, and a step that
 * fails or is cancelled leaves the state as it was. Outputs are never written over inputs, which
 * the runtime does not promise to survive.
 *
 * <p>Values lie in the memory of the host. With {@link ExecutionProvider#CUDA} each step copies the
 * state to the device and back, since ONNX Runtime for Java cannot bind values to a device.
 *
 * <p>Not for concurrent use, as its runner is not.
 */
public final class StatefulRun implements AutoCloseable {
  private final ModelRunner runner;
  private final Map<String, String> successors;
  private final Map<String, TensorInfo> inputs = new LinkedHashMap<>();
  private final Map<String, OnnxTensor> held = new LinkedHashMap<>();
  private boolean closed;

  /**
   * Brings the state into the runtime; see {@link ModelRunner#stateful}.
   *
   * @param session the session of {@code runner}
   */
  @MustBeClosed
  StatefulRun(
      ModelRunner runner,
      OrtSession session,
      Map<String, String> successors,
      Map<String, Tensor> initial)
      throws OrtException {
    this.runner = runner;
    this.successors = new LinkedHashMap<>(successors);
    if (!initial.keySet().equals(successors.keySet())) {
      throw new IllegalArgumentException(
          "Expected a value for each of the states "
              + successors.keySet()
              + ", found "
              + initial.keySet());
    }
    if (new HashSet<>(successors.values()).size() < successors.size()) {
      throw new IllegalArgumentException("Two states take one output: " + successors);
    }
    Map<String, NodeInfo> given = session.getInputInfo();
    Map<String, NodeInfo> computed = session.getOutputInfo();
    for (Map.Entry<String, String> state : successors.entrySet()) {
      String output = state.getValue();
      if (given.containsKey(output)) {
        // It would share the memory of that input, which lives no longer than the step.
        throw new IllegalArgumentException(output + " is an input: no step computes it");
      }
      TensorInfo input = tensor(given, state.getKey(), "an input");
      if (tensor(computed, output, "an output").type != input.type) {
        throw new IllegalArgumentException(
            output + " is not of the type of " + state.getKey() + ", which it replaces");
      }
      inputs.put(state.getKey(), input);
    }
    try {
      initial.forEach(this::replace);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static TensorInfo tensor(Map<String, NodeInfo> infos, String name, String what) {
    NodeInfo info = infos.get(name);
    if (info == null || !(info.getInfo() instanceof TensorInfo tensor)) {
      throw new IllegalArgumentException(name + " is not " + what + " of the model with a tensor");
    }
    return tensor;
  }

  /**
   * Runs once and puts what was computed in place of the state.
   *
   * @param feeds a tensor for each input that is not a state
   * @param wanted outputs to copy to the heap, those that replace a state among them if asked for
   * @return the wanted outputs, in their order
   * @throws ModelRunException when the runtime fails; the state is then the one before the step
   * @throws java.util.concurrent.CancellationException as a run of {@link ModelRunner} does
   */
  public Map<String, Tensor> step(Map<String, Tensor> feeds, Set<String> wanted) {
    return step(feeds, wanted, found -> true);
  }

  /**
   * The same where the wanted outputs say whether the step counts.
   *
   * @param keeps told the wanted outputs; where it says no, the state stays the one before the step
   */
  public Map<String, Tensor> step(
      Map<String, Tensor> feeds, Set<String> wanted, Predicate<Map<String, Tensor>> keeps) {
    requireOpen();
    for (String name : feeds.keySet()) {
      if (successors.containsKey(name)) {
        throw new IllegalArgumentException(name + " is a state: replace it before the step");
      }
    }
    Set<String> outputs = new LinkedHashSet<>(wanted);
    outputs.addAll(successors.values());
    Map<String, Tensor> copies = new LinkedHashMap<>();
    runner.run(feeds, held, outputs, result -> take(result, wanted, copies, keeps));
    return copies;
  }

  /** Copies what is wanted; only when nothing can fail any more, new values replace the old. */
  private void take(
      OrtSession.Result result,
      Set<String> wanted,
      Map<String, Tensor> copies,
      Predicate<Map<String, Tensor>> keeps) {
    Map<String, OnnxValue> values = new LinkedHashMap<>();
    result.forEach(entry -> values.put(entry.getKey(), entry.getValue()));
    try {
      for (String name : wanted) {
        if (values.get(name) instanceof OnnxTensor tensor) {
          copies.put(name, OrtTensors.toHeap(tensor));
        }
      }
      if (!keeps.test(copies)) {
        return;
      }
      for (Map.Entry<String, String> state : successors.entrySet()) {
        if (values.remove(state.getValue()) instanceof OnnxTensor next) {
          hold(state.getKey(), next);
        }
      }
    } finally {
      values.values().forEach(OnnxValue::close);
    }
  }

  private void hold(String state, OnnxTensor next) {
    OnnxTensor old = held.put(state, next);
    if (old != null) {
      old.close();
    }
  }

  /** Names of the states, which are inputs of the model. */
  public Set<String> states() {
    return new LinkedHashSet<>(successors.keySet());
  }

  /** A heap copy of a state as it is now. */
  public Tensor state(String name) {
    requireOpen();
    OnnxTensor value = held.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is not a state");
    }
    return OrtTensors.toHeap(value);
  }

  /**
   * Puts {@code value} in place of a state. A direct buffer is read where it lies until a step has
   * replaced the value, so leave it unchanged until then.
   */
  @SuppressWarnings("MustBeClosed") // held, and closed by what comes next or by close
  public void replace(String name, Tensor value) {
    requireOpen();
    TensorInfo input = inputs.get(name);
    if (input == null) {
      throw new IllegalArgumentException(name + " is not a state");
    }
    if (OrtTensors.javaType(value.type()) != input.type) {
      throw new IllegalArgumentException(
          "State " + name + " holds " + input.type + ", found " + value);
    }
    try {
      hold(name, OrtTensors.toNative(value));
    } catch (OrtException e) {
      throw new ModelRunException("Failed to hand " + name + " to ONNX Runtime", e);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The run is closed");
    }
  }

  /** Lets the state go, the last first. Closing the runner does so, too. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    runner.forget(this);
    List<OnnxTensor> values = new ArrayList<>(held.values());
    held.clear();
    for (int i = values.size() - 1; i >= 0; i--) {
      values.get(i).close();
    }
  }
}
