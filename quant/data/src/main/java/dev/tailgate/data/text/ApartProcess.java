package dev.tailgate.data.text;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A Java process that may die. It has the classes it needs from wherever this process has them, a
 * bound on the processor time of an answer, and leaves neither crash log nor core file.
 */
final class ApartProcess implements AutoCloseable {
  /** Opening the largest published tokenizer takes three seconds. */
  private static final Duration MOST_COMPUTING = Duration.ofSeconds(30);

  /** For a process that waits for itself. */
  private static final Duration MOST_WAITING = Duration.ofMinutes(10);

  private static final long TICK = 100;

  /** A class of each library that the other process needs; some of them may be one. */
  private static final List<String> LIBRARIES =
      List.of(
          "dev.tailgate.data.text.TokenizerProcess",
          "dev.tailgate.engine.ProcessLimits",
          "dev.tailgate.file.CacheFolder",
          "ai.djl.huggingface.tokenizers.HuggingFaceTokenizer",
          "ai.djl.util.Platform",
          "com.google.gson.Gson",
          "com.sun.jna.Native",
          "org.slf4j.LoggerFactory",
          "org.slf4j.nop.NOPServiceProvider");

  private final Process process;
  private final Thread errorReader;
  private final StringBuilder errors = new StringBuilder();
  private volatile long begun;
  private volatile Duration computed = Duration.ZERO;
  private volatile boolean isBusy;
  private volatile String killed = "";

  private ApartProcess(Process process) {
    this.process = process;
    this.errorReader = daemon("tailgate-apart-errors", this::readErrors);
    daemon("tailgate-apart-watch", this::watch);
  }

  /** Starts {@code main} with a file and settings. */
  static ApartProcess start(Class<?> main, Path file, Map<String, String> settings)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-Xmx256m",
            "-XX:-UsePerfData",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + (File.separatorChar == '/' ? "/dev/null" : "NUL"),
            "--enable-native-access=ALL-UNNAMED",
            "-Dfile.encoding=UTF-8"));
    String cache = System.getProperty("ENGINE_CACHE_DIR");
    if (cache != null) {
      command.add("-DENGINE_CACHE_DIR=" + cache);
    }
    command.addAll(List.of("-cp", classPath(), main.getName(), file.toString()));
    settings.forEach((name, value) -> command.addAll(List.of(name, value)));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    return new ApartProcess(builder.start());
  }

  private static String classPath() throws IOException {
    Set<String> places = new LinkedHashSet<>();
    for (String name : LIBRARIES) {
      try {
        Class<?> of = Class.forName(name, false, ApartProcess.class.getClassLoader());
        CodeSource source = of.getProtectionDomain().getCodeSource();
        URI place = source == null ? URI.create("none:") : source.getLocation().toURI();
        if (!place.getScheme().equals("file")) {
          throw new IOException("no file with the class " + name + " to start a process from");
        }
        places.add(Path.of(place).toString());
      } catch (ClassNotFoundException e) {
        // The process says what it misses.
      } catch (URISyntaxException e) {
        throw new IOException(e);
      }
    }
    return String.join(File.pathSeparator, places);
  }

  private static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  OutputStream input() {
    return process.getOutputStream();
  }

  InputStream output() {
    return process.getInputStream();
  }

  /** An answer is waited for. */
  void begin() {
    begun = System.nanoTime();
    computed = computed();
    isBusy = true;
  }

  /** It has come, or never will. */
  void end() {
    isBusy = false;
  }

  private void watch() {
    try {
      while (!process.waitFor(TICK, TimeUnit.MILLISECONDS)) {
        Duration waited = Duration.ofNanos(System.nanoTime() - begun);
        if (isBusy && computed().minus(computed).compareTo(MOST_COMPUTING) > 0) {
          kill("computed for more than " + MOST_COMPUTING.toSeconds() + " s");
        } else if (isBusy && waited.compareTo(MOST_WAITING) > 0) {
          kill("gave no answer for " + MOST_WAITING.toMinutes() + " minutes");
        }
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
  }

  private void kill(String reason) {
    killed = reason;
    process.destroyForcibly();
  }

  private Duration computed() {
    return process.info().totalCpuDuration().orElse(Duration.ofNanos(System.nanoTime() - begun));
  }

  /** How the process ended, for a message; it is dead or about to be. */
  String death() {
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "gave an answer that cannot be read";
      }
      errorReader.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    return killed.isEmpty() ? "ended with code " + process.exitValue() + said() : killed;
  }

  /** What native code says when it ends: behind the line that says where. */
  private String said() {
    synchronized (errors) {
      List<String> lines = errors.toString().lines().filter(l -> !l.isBlank()).toList();
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).contains("panicked at") && i + 1 < lines.size()) {
          return ": " + lines.get(i + 1);
        }
      }
      return lines.stream()
          .filter(line -> line.contains("memory allocation") || line.contains("Exception"))
          .findFirst()
          .map(line -> ": " + line)
          .orElse("");
    }
  }

  private void readErrors() {
    byte[] buffer = new byte[1024];
    try (InputStream in = process.getErrorStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        synchronized (errors) {
          if (errors.length() < 1 << 14) {
            errors.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
          }
        }
      }
    } catch (IOException e) {
      // It is gone.
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
