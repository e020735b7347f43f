package dev.tailgate.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.engine.EndGate.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EndGateTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  private final EndGate gate = new EndGate();
  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(2, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void workIsToldToStopAndUnwindsBeforeTheEnd() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch told = new CountDownLatch(1);
    Thread worker =
        new Thread(
            () ->
                gate.through(
                    Kind.CALL,
                    () -> {},
                    () -> {
                      gate.through(
                          Kind.NATIVE,
                          told::countDown,
                          () -> {
                            begun.countDown();
                            await(told);
                            return heard.add("stopped");
                          });
                      assertThatThrownBy(() -> gate.through(Kind.NATIVE, () -> {}, () -> "more"))
                          .isInstanceOf(CancellationException.class);
                      return gate.throughLast(Kind.NATIVE, () -> heard.add("released"));
                    }));
    worker.start();
    await(begun);
    gate.end(LONG, LONG, LONG);
    heard.add("over");
    worker.join();
    assertThat(heard).containsExactly("stopped", "released", "over");
    assertThat(gate.isEnding()).isTrue();
    assertThatThrownBy(() -> gate.through(Kind.CALL, () -> {}, () -> "late"))
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void whatDoesNotStopIsLeftAfterItsTimeAndNothingNativeBeginsAfterwards() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Thread worker =
        new Thread(
            () -> {
              gate.through(
                  Kind.NATIVE,
                  () -> {},
                  () -> {
                    begun.countDown();
                    await(release);
                    return "";
                  });
              heard.add("first");
              gate.throughLast(Kind.NATIVE, () -> heard.add("never"));
            });
    worker.setDaemon(true);
    worker.start();
    await(begun);
    gate.end(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(2));
    release.countDown();
    while (worker.getState() != Thread.State.WAITING || heard.isEmpty()) {
      Thread.sleep(5);
    }
    assertThat(heard).containsExactly("first");
  }

  @Test
  void aCallThatSavesIsWaitedForLonger() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch told = new CountDownLatch(1);
    Thread worker =
        new Thread(
            () ->
                gate.through(
                    Kind.CALL,
                    () -> {},
                    () ->
                        gate.through(
                            Kind.SAVING_CALL,
                            told::countDown,
                            () -> {
                              begun.countDown();
                              await(told);
                              return heard.add("saved");
                            })));
    worker.start();
    await(begun);
    gate.end(Duration.ZERO, LONG, Duration.ZERO);
    heard.add("over");
    worker.join();
    assertThat(heard).containsExactly("saved", "over");
  }

  @Test
  void whatFailsIsNoLongerWaitedFor() {
    assertThatThrownBy(
            () ->
                gate.through(
                    Kind.NATIVE,
                    () -> {},
                    () -> {
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");
    gate.end(LONG, LONG, LONG);
  }
}
