package dev.tailgate.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.MustBeClosed;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class StatefulRunTest {
  private static final RunnerOptions CPU =
      new RunnerOptions(ExecutionProvider.CPU, 1, RunnerOptions.Optimization.FLOAT_ONLY);

  /** What a step computes for each state of {@link #optimiser}. */
  private static final Map<String, String> LEARNED =
      states("w", "w'", "m", "m'", "t", "t'", "total", "total'");

  private static final Set<String> LOSS = Set.of("loss");

  private static Map<String, String> states(String... inputsAndOutputs) {
    Map<String, String> states = new LinkedHashMap<>();
    for (int i = 0; i < inputsAndOutputs.length; i += 2) {
      states.put(inputsAndOutputs[i], inputsAndOutputs[i + 1]);
    }
    return states;
  }

  /**
   * Descent with momentum from w to x: weights, moments, a step count and a sum of losses in
   * doubles. An x that has not three elements fails in the midst of the graph.
   */
  private static OnnxModel optimiser() {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
    Value w = g.input("w", ElementType.FLOAT, 3);
    Value m = g.input("m", ElementType.FLOAT, 3);
    Value t = g.input("t", ElementType.INT64);
    Value total = g.input("total", ElementType.DOUBLE, 1);
    Value x = g.input("x", ElementType.FLOAT, Dim.of("n"));
    Value count = t.plus(1);
    Value slope = w.minus(x);
    Value loss = slope.times(slope).sum(0);
    Value moment = m.times(0.9).plus(slope);
    g.output("m'", moment);
    g.output("w'", w.minus(moment.times(0.1).over(count.cast(ElementType.FLOAT).sqrt())));
    g.output("t'", count);
    g.output("loss", loss);
    g.output("said", loss.cast(ElementType.STRING));
    return g.output("total'", total.plus(loss.cast(ElementType.DOUBLE))).model();
  }

  private static Map<String, Tensor> start() {
    Map<String, Tensor> start = new HashMap<>();
    start.put("w", Tensor.ofFloats(new float[] {1, -2, 0.3f}, 3));
    start.put("m", Tensor.ofFloats(new float[3], 3));
    start.put("t", Tensor.ofLongs(new long[] {0}));
    start.put("total", Tensor.allocate(ElementType.DOUBLE, 1));
    return start;
  }

  private static Map<String, Tensor> x(float... values) {
    return Map.of("x", Tensor.ofFloats(values, values.length));
  }

  @MustBeClosed
  private static StatefulRun start(ModelRunner runner) {
    return runner.stateful(LEARNED, start());
  }

  private static Map<String, Tensor> all(StatefulRun run) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    run.states().forEach(name -> all.put(name, run.state(name)));
    return all;
  }

  @Test
  void stepsAreBitForBitRunsWithCopies() {
    try (ModelRunner runner = ModelRunner.open(optimiser(), CPU);
        StatefulRun run = start(runner)) {
      Map<String, Tensor> copies = start();
      for (int i = 0; i < 20; i++) {
        Map<String, Tensor> feeds = new HashMap<>(x(i, 0.7f * i, -i));
        Map<String, Tensor> found = run.step(feeds, LOSS);
        feeds.putAll(copies);
        Map<String, Tensor> expected =
            runner.run(feeds, Set.of("loss", "w'", "m'", "t'", "total'"));
        LEARNED.forEach((state, output) -> copies.put(state, expected.get(output)));
        assertThat(found).containsOnly(Map.entry("loss", expected.get("loss")));
        assertThat(all(run)).isEqualTo(copies);
      }
      assertThat(run.state("t").toLongs()).containsExactly(20);
    }
  }

  @Test
  void stateMayGrow() {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
    Value past = g.input("past", ElementType.FLOAT, Dim.of("past"), Dim.of(2));
    Value row = g.input("row", ElementType.FLOAT, 1, 2);
    OnnxModel model = g.output("present", g.concat(0, past, row)).model();
    try (ModelRunner runner = ModelRunner.open(model, CPU);
        StatefulRun run =
            runner.stateful(
                states("past", "present"), Map.of("past", Tensor.ofFloats(new float[0], 0, 2)))) {
      assertThat(run.state("past").shape()).containsExactly(0, 2);
      for (int i = 1; i <= 5; i++) {
        Tensor next = Tensor.ofFloats(new float[] {i, -i}, 1, 2);
        Map<String, Tensor> wanted = run.step(Map.of("row", next), Set.of("present"));
        assertThat(wanted).containsOnly(Map.entry("present", run.state("past")));
      }
      assertThat(run.state("past"))
          .isEqualTo(Tensor.ofFloats(new float[] {1, -1, 2, -2, 3, -3, 4, -4, 5, -5}, 5, 2));
    }
  }

  @Test
  void aStepThatIsRefusedLeavesTheStateAsItWas() {
    try (ModelRunner runner = ModelRunner.open(optimiser(), CPU);
        StatefulRun run = start(runner)) {
      run.step(x(1, 2, 3), LOSS);
      Map<String, Tensor> before = all(run);
      Map<String, Tensor> found =
          run.step(
              x(Float.NaN, 2, 3),
              LOSS,
              wanted -> Float.isFinite(Elements.toFloats(wanted.get("loss"))[0]));
      assertThat(Elements.toFloats(found.get("loss"))).containsExactly(Float.NaN);
      assertThat(all(run)).isEqualTo(before);
      run.step(x(1, 2, 3), LOSS, wanted -> true);
      assertThat(run.state("t").toLongs()).containsExactly(2);
    }
  }

  @Test
  void aStepThatFailsLeavesTheStateAsItWas() {
    AtomicBoolean enough = new AtomicBoolean();
    try (ModelRunner runner = ModelRunner.open(optimiser(), CPU.until(enough::get));
        StatefulRun run = start(runner)) {
      run.step(x(1, 2, 3), LOSS);
      Map<String, Tensor> before = all(run);
      assertThatThrownBy(() -> run.step(x(1, 2), LOSS)).isInstanceOf(ModelRunException.class);
      assertThat(all(run)).isEqualTo(before);
      assertThatThrownBy(() -> run.step(Map.of(), LOSS)).isInstanceOf(ModelRunException.class);
      assertThatThrownBy(() -> run.step(x(1, 2, 3), Set.of("nothing")))
          .isInstanceOf(ModelRunException.class);
      assertThat(all(run)).isEqualTo(before);
      // The whole model has run when texts turn out not to be readable.
      assertThatThrownBy(() -> run.step(x(1, 2, 3), Set.of("said")))
          .isInstanceOf(ModelRunException.class)
          .hasMessageContaining("STRING");
      assertThat(all(run)).isEqualTo(before);
      enough.set(true);
      assertThatThrownBy(() -> run.step(x(1, 2, 3), LOSS))
          .isInstanceOf(CancellationException.class);
      assertThat(all(run)).isEqualTo(before);
      enough.set(false);
      run.step(x(1, 2, 3), LOSS);
      assertThat(run.state("t").toLongs()).containsExactly(2);
    }
  }

  @Test
  void aStateCanBeReplacedAndIsReadAsACopy() {
    try (ModelRunner runner = ModelRunner.open(optimiser(), CPU);
        StatefulRun run = start(runner);
        StatefulRun other = start(runner)) {
      run.replace("t", Tensor.ofLongs(new long[] {41}));
      Tensor before = run.state("t");
      run.step(x(1, 2, 3), LOSS);
      assertThat(before.toLongs()).containsExactly(41);
      assertThat(run.state("t").toLongs()).containsExactly(42);
      assertThat(other.state("t").toLongs()).containsExactly(0);
      assertThatThrownBy(() -> run.replace("t", Tensor.ofFloats(new float[] {1})))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> run.replace("x", Tensor.ofFloats(new float[] {1}, 1)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> run.state("x")).isInstanceOf(IllegalArgumentException.class);
      assertThat(run.state("t").toLongs()).containsExactly(42);
    }
  }

  /** What only passes through a step has memory of its own after it, not that of its input. */
  @Test
  void nothingIsLeftOfTheBuffersThatCameIn() {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
    Value s = g.input("s", ElementType.FLOAT, 2, 2);
    Value r = g.input("r", ElementType.FLOAT, 4);
    g.output("s'", g.node("Identity", s).value());
    OnnxModel model = g.output("r'", g.input("x", ElementType.FLOAT, 2, 2).reshape(4)).model();
    Tensor initial = Tensor.ofFloats(new float[] {1, 2, 3, 4}, 2, 2);
    Tensor given = Tensor.ofFloats(new float[] {5, 6, 7, 8}, 2, 2);
    for (RunnerOptions.Optimization level : RunnerOptions.Optimization.values()) {
      try (ModelRunner runner = ModelRunner.open(model, CPU.with(level));
          StatefulRun run =
              runner.stateful(
                  states("s", "s'", "r", "r'"),
                  Map.of("s", initial, "r", Tensor.ofFloats(new float[4], 4)))) {
        assertThat(r.name()).isEqualTo("r");
        run.step(Map.of("x", given), Set.of());
        for (Tensor written : List.of(initial, given)) {
          float[] content = written.toFloats();
          written.data().asFloatBuffer().put(new float[4]);
          assertThat(run.state("s").toFloats()).containsExactly(1, 2, 3, 4);
          assertThat(run.state("r").toFloats()).containsExactly(5, 6, 7, 8);
          written.data().asFloatBuffer().put(content);
        }
      }
    }
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker") // closing by hand is what is tested
  void useAfterCloseIsRefused() {
    ModelRunner runner = ModelRunner.open(optimiser(), CPU);
    StatefulRun first = start(runner);
    StatefulRun second = start(runner);
    first.close();
    first.close();
    refuses(first);
    second.step(x(1, 2, 3), LOSS);
    runner.close();
    refuses(second);
    second.close();
    assertThatThrownBy(() -> start(runner)).isInstanceOf(IllegalStateException.class);
  }

  private static void refuses(StatefulRun closed) {
    Stream.<Runnable>of(
            () -> closed.step(x(1, 2, 3), LOSS),
            () -> closed.state("t"),
            () -> closed.replace("t", Tensor.ofLongs(new long[] {1})))
        .forEach(
            use ->
                assertThatThrownBy(use::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed"));
  }

  @Test
  void namesAndTypesHaveToFitTheModel() {
    Tensor floats = Tensor.ofFloats(new float[3], 3);
    try (ModelRunner runner = ModelRunner.open(optimiser(), CPU)) {
      refuses(runner, states("w", "w'"), Map.of());
      refuses(runner, states("w", "w'"), Map.of("w", floats, "m", floats));
      refuses(runner, states("v", "w'"), Map.of("v", floats));
      refuses(runner, states("w", "v'"), Map.of("w", floats));
      refuses(runner, states("w", "total'"), Map.of("w", floats));
      refuses(runner, states("w", "x"), Map.of("w", floats));
      refuses(runner, states("w", "w'"), Map.of("w", Tensor.ofLongs(new long[3], 3)));
      refuses(runner, states("w", "w'", "m", "w'"), Map.of("w", floats, "m", floats));
      try (StatefulRun run = start(runner)) {
        assertThatThrownBy(() -> run.step(Map.of("x", floats, "w", floats), LOSS))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("w is a state");
      }
    }
  }

  private static void refuses(
      ModelRunner runner, Map<String, String> states, Map<String, Tensor> initial) {
    assertThatThrownBy(() -> runner.stateful(states, initial).close())
        .isInstanceOf(IllegalArgumentException.class);
  }

  /**
   * A state of 256 KiB that stayed behind after each step would take 2.4 GiB, the output of 128 KiB
   * that is copied half of that.
   */
  @Test
  void tenThousandStepsLeaveNothingBehind() throws IOException {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/status")), "Linux tells its memory");
    int size = 1 << 16;
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
    Value s = g.input("s", ElementType.FLOAT, size);
    Value x = g.input("x", ElementType.FLOAT, 1);
    g.output("half", s.slice(0, 0, size / 2));
    OnnxModel model = g.output("s'", s.plus(x)).model();
    Map<String, Tensor> one = Map.of("x", Tensor.ofFloats(new float[] {1}, 1));
    Map<String, Tensor> wrong = Map.of("x", Tensor.ofFloats(new float[] {1, 2}, 2));
    Map<String, Tensor> zero = Map.of("s", Tensor.ofFloats(new float[size], size));
    try (ModelRunner runner = ModelRunner.open(model, CPU);
        StatefulRun run = runner.stateful(states("s", "s'"), zero)) {
      long warm = 0;
      for (int i = 0; i < 10_000; i++) {
        Map<String, Tensor> half = run.step(one, Set.of("half"));
        assertThat(half.get("half").data().getFloat(0)).isEqualTo(i);
        if (i % 10 == 0) {
          assertThatThrownBy(() -> run.step(wrong, Set.of())).isNotNull();
        }
        if (i == 1000) {
          warm = residentKib();
        }
      }
      assertThat(residentKib() - warm).as("KiB more after 9000 steps").isLessThan(512 * 1024);
      assertThat(run.state("s").toFloats()).containsOnly(10_000);
    }
  }

  private static long residentKib() throws IOException {
    String resident =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(resident.replaceAll("\\D", ""));
  }
}
