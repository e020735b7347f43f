package dev.tailgate.engine;

import ai.onnxruntime.OrtEnvironment;
import java.lang.reflect.Field;
import java.lang.reflect.Method;

/**
 * Keeps the native environment alive until the process is gone. ONNX Runtime for Java releases it
 * in a shutdown hook of its own, which begins together with all others and asks nobody: a session
 * that is being made at that moment reads what was freed. The environment counts its owners, so one
 * more of them turns that release into nothing.
 */
final class HeldEnvironment {
  private static final int FATAL = 4;

  private HeldEnvironment() {}

  /**
   * Becomes an owner; whether that worked, which needs the classes of the version it was made for.
   */
  static boolean hold() {
    try {
      Class<?> api = Class.forName("ai.onnxruntime.OnnxRuntime");
      Field handle = api.getDeclaredField("ortApiHandle");
      handle.setAccessible(true);
      Method create =
          OrtEnvironment.class.getDeclaredMethod(
              "createHandle", long.class, int.class, String.class);
      create.setAccessible(true);
      create.invoke(null, handle.getLong(null), FATAL, "tailgate");
      return true;
    } catch (ReflectiveOperationException | RuntimeException e) {
      // Another version, or a module that is closed: its hook then does what it always did.
      return false;
    }
  }
}
