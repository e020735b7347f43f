package dev.tailgate.engine;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.tailgate.onnx.ir.Printable;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * The one ONNX Runtime environment of the process, a shared singleton that is never closed, and the
 * session options made from it.
 */
final class OrtRuntime {
  private OrtRuntime() {}

  /** Initialisation on first use, so that commands without a run do not load native code. */
  private static final class Holder {
    static final OrtEnvironment ENVIRONMENT = create();
  }

  /** Not in the class that waits for it: the other thread would wait for that class. */
  private static OrtEnvironment create() {
    NativeLibraries.prepare();
    UsageData.refuse();
    Set<Path> before = NativeLibraries.startUpFolders();
    OrtEnvironment environment =
        LargeStack.call(
            () ->
                OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "tailgate"));
    NativeLibraries.tidy(before);
    HeldEnvironment.hold();
    try {
      environment.setTelemetry(false);
    } catch (OrtException e) {
      // Builds without telemetry refuse the call; there is nothing to switch off in them.
    }
    return environment;
  }

  static OrtEnvironment environment() {
    return Holder.ENVIRONMENT;
  }

  /** The caller owns the result and closes it after the session made with it. */
  static SessionOptions options(RunnerOptions options, Optional<Path> weightsFolder)
      throws OrtException {
    // Before any other class of the runtime: whichever comes first loads the native libraries.
    environment();
    SessionOptions session = new SessionOptions();
    try {
      session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      if (options.threads() > 0) {
        session.setIntraOpNumThreads(options.threads());
      }
      if (options.optimization() != RunnerOptions.Optimization.FULL) {
        // Threads that spin between the many small operators of an instrumented model take half of
        // the processor time and save little of the waiting; deployed models keep the default.
        session.addConfigEntry("session.intra_op.allow_spinning", "0");
      }
      session.setMemoryPatternOptimization(
          options.optimization() != RunnerOptions.Optimization.STEPS);
      switch (options.optimization()) {
        case NONE -> session.setOptimizationLevel(OptLevel.NO_OPT);
        case FULL -> session.setOptimizationLevel(OptLevel.ALL_OPT);
        case FLOAT_ONLY, STEPS -> {
          session.setOptimizationLevel(OptLevel.ALL_OPT);
          session.addConfigEntry("session.disable_quant_qdq", "1");
        }
      }
      if (weightsFolder.isPresent()) {
        session.addConfigEntry(
            "session.model_external_initializers_file_folder_path", weightsFolder.get().toString());
      }
      for (Path library : options.customOps()) {
        register(library, session);
      }
      if (options.provider() == ExecutionProvider.CUDA) {
        session.addCUDA();
      }
      return session;
    } catch (OrtException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** The runtime looks for relative paths where the system does, not in the working folder. */
  private static void register(Path library, SessionOptions session) {
    String file = library.toAbsolutePath().normalize().toString();
    try {
      if (!Files.isRegularFile(library)) {
        throw new FileNotFoundException("there is no such file");
      }
      session.registerCustomOpLibrary(file);
    } catch (OrtException | FileNotFoundException e) {
      throw new RuntimeUnavailableException(
          "Failed to load the operators of --custom-ops "
              + Printable.of(file)
              + ": expected a native library for this system that registers operators with ONNX"
              + " Runtime "
              + RuntimeInfo.version()
              + ", found '"
              + RuntimeReason.of(e)
              + "'. Check the path, and that the library is built for this system.",
          e);
    }
  }
}
