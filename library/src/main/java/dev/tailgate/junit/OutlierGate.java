package dev.tailgate.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Audits a model before the test, or once before the tests of a class, and lets them fail unless
 * the gate passes; the message is the table that {@code tailgate gate} prints. A gate that is
 * inconclusive fails too: a test that was skipped or green would hide that nothing was judged.
 *
 * <pre>{@code
 * @Test
 * @OutlierGate(model = "model.onnx", data = "eval.npz", baseline = "baseline.json")
 * void quantizes() {}
 * }</pre>
 *
 * <p>Paths are relative to the working directory, which Maven and Gradle set to the module.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(OutlierGateExtension.class)
public @interface OutlierGate {
  /** The ONNX file. */
  String model();

  /**
   * What it is evaluated on, a file, a folder or a query. Without it inputs are made up, and rules
   * that depend on samples are inconclusive unless they allow that.
   */
  String data() default "";

  /** What activation ranges are found on, likewise; empty takes {@link #data}. */
  String calibrationData() default "";

  /** The tap preset. */
  String taps() default "auto";

  /** Samples to evaluate, at most; 0 takes a small set whole, and of a large one enough. */
  int samples() default 0;

  /** A file of rules; empty takes those that {@code tailgate gate} would. */
  String rules() default "";

  /** The {@code result.json} to compare with; empty compares with nothing. */
  String baseline() default "";
}
