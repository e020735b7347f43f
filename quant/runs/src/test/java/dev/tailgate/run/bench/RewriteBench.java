package dev.tailgate.run.bench;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.RewriteResult;
import dev.tailgate.onnx.method.SiteSelection;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Time and heap to rewrite the attentions of a model, and time to save the result beside a plain
 * copy of the same files. The first call of the first method is cold: name one method alone to see
 * its cold time.
 *
 * <p>Arguments: MODEL FOLDER [rounds] [methods]; what is saved to FOLDER is deleted again
 */
public final class RewriteBench {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private RewriteBench() {}

  public static void main(String[] args) throws IOException {
    Path path = Path.of(args[0]);
    Path folder = Files.createTempDirectory(Files.createDirectories(Path.of(args[1])), "rewrite");
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 9;
    List<Method> methods =
        methods(Arrays.asList(args).subList(Math.min(3, args.length), args.length));
    long start = System.nanoTime();
    OnnxModel model = OnnxModel.load(path);
    System.out.printf(Locale.ROOT, "%s, load %.0f ms%n", path.getFileName(), since(start));
    for (Method method : methods) {
      OnnxModel from =
          method == Method.VANILLA ? rewritten(model, Method.OUTEFFHOP).model() : model;
      long used = THREADS.getCurrentThreadCpuTime();
      start = System.nanoTime();
      RewriteResult result = rewritten(from, method);
      double first = since(start);
      double busy = (THREADS.getCurrentThreadCpuTime() - used) / 1e6;
      double[] warm = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        start = System.nanoTime();
        result = rewritten(from, method);
        warm[round] = since(start);
      }
      Path out = folder.resolve("out.onnx");
      start = System.nanoTime();
      result.model().save(out);
      double saved = since(start);
      double copied = copy(folder);
      long before = heap();
      System.gc();
      long after = heap();
      System.out.printf(
          Locale.ROOT,
          "%-18s %d of %d sites, first %4.0f ms (%.0f of its thread), then %4.0f ms (to %.0f), save %5.0f ms, copy of"
              + " the files %5.0f ms, heap %d MB, %d MB without garbage, of %d MB%n",
          method.label(),
          result.rewritten(),
          result.sites().size(),
          first,
          busy,
          PairedTimes.quantile(warm, 0.5),
          PairedTimes.quantile(warm, 1),
          saved,
          copied,
          before,
          after,
          Runtime.getRuntime().maxMemory() >> 20);
      clear(folder);
    }
    Files.delete(folder);
  }

  private static List<Method> methods(List<String> names) {
    List<Method> methods = new ArrayList<>();
    names.forEach(name -> methods.add(Method.valueOf(name.toUpperCase(Locale.ROOT))));
    return methods.isEmpty() ? List.of(Method.values()) : methods;
  }

  private static RewriteResult rewritten(OnnxModel model, Method method) {
    return AttentionRewriter.rewrite(model, BenchMethods.spec(method), SiteSelection.ALL);
  }

  private static double copy(Path folder) throws IOException {
    long start = System.nanoTime();
    for (Path file : files(folder)) {
      Files.copy(file, folder.resolve(file.getFileName() + ".copy"));
    }
    return since(start);
  }

  private static void clear(Path folder) throws IOException {
    for (Path file : files(folder)) {
      Files.delete(file);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  private static long heap() {
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
  }
}
