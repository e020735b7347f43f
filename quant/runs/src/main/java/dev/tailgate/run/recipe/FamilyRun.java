package dev.tailgate.run.recipe;

import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.RuntimeInfo;
import dev.tailgate.file.Publication;
import dev.tailgate.onnx.ir.StagedModel;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.result.FamilyResult;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.json.FamilyResultJson;
import dev.tailgate.run.audit.Audit;
import dev.tailgate.run.audit.AuditRequest;
import dev.tailgate.run.audit.Tool;
import dev.tailgate.train.loop.Trained;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Trains the models of a recipe, several at a time, audits each and records all in {@code
 * family.json}. A model that the record lists, trained by the same recipe and still the same file,
 * is not trained again, so a run that was broken off goes on where it was.
 */
public final class FamilyRun {
  /** The record of a family. */
  public static final String FILE = "family.json";

  /** Losses of all trainings. */
  public static final String LOG = "training-log.csv";

  private static final int LOGGED = 20;

  private final FamilyRequest request;
  private final RunProgress progress;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, FamilyResult.Model> models = new TreeMap<>();
  private final FamilyLog log;
  private final FamilyResult record;

  private FamilyRun(FamilyRequest request, RunProgress progress) throws IOException {
    this.request = request;
    this.progress = progress;
    Files.createDirectories(request.out());
    FamilyData.write(request.recipe().generator(), request.out());
    OptionalDouble floor =
        request.recipe().generator().floor(FamilyData.heldOut(request.recipe().generator()));
    this.record =
        new FamilyResult(
            FamilyResult.SCHEMA_VERSION,
            Tool.info(),
            RuntimeInfo.version(),
            request.recipe().family(),
            request.recipe().text(),
            Sha256.of(request.recipe().text()),
            FamilyData.heldOut(request.recipe().generator()).description(),
            floor.isPresent() ? Optional.of(floor.getAsDouble()) : Optional.empty(),
            List.of());
    this.log = FamilyLog.in(request.out().resolve(LOG));
    known();
  }

  /**
   * Trains and audits what is not there yet.
   *
   * @return all models of the folder that the recipe trained
   * @throws UncheckedIOException for a folder that cannot be written
   */
  public static FamilyResult run(FamilyRequest request, RunProgress progress) {
    try {
      return new FamilyRun(request, progress).run();
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to train a family into " + request.out(), e);
    }
  }

  /** What an earlier run left. */
  private void known() throws IOException {
    Path file = request.out().resolve(FILE);
    if (!Files.exists(file)) {
      return;
    }
    FamilyResult before = FamilyResultJson.read(Files.readString(file));
    if (!before.recipeSha256().equals(record.recipeSha256())) {
      progress.say("The models in " + request.out() + " are of another recipe: beginning anew");
      return;
    }
    for (FamilyResult.Model model : before.models()) {
      Path trained = request.out().resolve(Path.of(model.file()).getFileName());
      if (Files.exists(trained) && Sha256.of(trained).equals(model.sha256())) {
        models.put(model.method() + "-" + model.seed(), model);
      }
    }
  }

  private FamilyResult run() throws IOException {
    List<FamilyMember> wanted = new ArrayList<>();
    for (int seed : request.seeds()) {
      for (Method method : request.methods()) {
        FamilyMember member = new FamilyMember(request.recipe(), method, seed);
        if (!models.containsKey(member.name())) {
          wanted.add(member);
        }
      }
    }
    FamilyProgress whole =
        new FamilyProgress(
            progress,
            request.recipe().family(),
            wanted.size(),
            request.recipe().training().steps());
    ExecutorService workers = Executors.newFixedThreadPool(request.jobs());
    CompletionService<FamilyMember> done = new ExecutorCompletionService<>(workers);
    try {
      wanted.forEach(member -> done.submit(() -> member(member, whole), member));
      for (int i = 0; i < wanted.size(); i++) {
        // The first that fails ends the others.
        done.take().get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("The run ends here: its thread was interrupted");
    } finally {
      workers.shutdownNow();
      close(workers);
    }
    return result();
  }

  /** Native work goes on until its step ends. */
  private static void close(ExecutorService workers) {
    boolean isInterrupted = false;
    while (!workers.isTerminated()) {
      try {
        workers.awaitTermination(1, java.util.concurrent.TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void member(FamilyMember member, FamilyProgress whole) {
    RunProgress about = whole.of(member.name());
    try (Trained trained = member.train(request.options(), about)) {
      Path file = request.out().resolve(member.file());
      try (StagedModel staged = StagedModel.of(trained.model(), file)) {
        staged.publish();
      }
      RunResult audit = audit(file, about);
      List<Double> losses =
          trained.record().state().points().stream().map(point -> point.loss()).toList();
      whole.say(add(member, file, trained, losses, audit));
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to write " + member.file(), e);
    }
  }

  private RunResult audit(Path file, RunProgress about) {
    return Audit.run(
        new AuditRequest(
            file,
            FamilyData.samples(request.out()),
            request.recipe().taps(),
            Optional.of(QuantizationSettings.PAPERS),
            new RunnerOptions(
                request.options().provider(), 1, RunnerOptions.Optimization.FLOAT_ONLY)),
        about);
  }

  /** What is recorded of a model, told in a line. */
  private String add(
      FamilyMember member, Path file, Trained trained, List<Double> losses, RunResult audit)
      throws IOException {
    int tail = Math.max(1, losses.size() / 10);
    double loss =
        losses.subList(losses.size() - tail, losses.size()).stream()
            .mapToDouble(Double::doubleValue)
            .average()
            .orElseThrow();
    FamilyResult.Model model =
        new FamilyResult.Model(
            member.method().label(),
            member.seed(),
            member.file(),
            Sha256.of(file),
            trained.record().weights().elements(),
            trained.record().state().step(),
            trained.record().state().seconds(),
            loss,
            audit.task().name(),
            audit.task().fp().orElseThrow().value(),
            audit.task().quantized().orElseThrow().value(),
            audit.headline().averageKurtosis(),
            audit.headline().maxKurtosis(),
            audit.headline().maxInfNorm());
    lock.lock();
    try {
      models.put(member.name(), model);
      log.add(member.name(), losses, Math.max(1, losses.size() / LOGGED));
      Publication.write(
          request.out(), Map.of(FILE, FamilyResultJson.write(result()), LOG, log.text()));
    } finally {
      lock.unlock();
    }
    return String.format(
        Locale.ROOT,
        "%s: loss %.4f, %s %.4f, W8A8 %.4f, average kurtosis %.2f, %.0f s",
        member.name(),
        model.loss(),
        model.metric(),
        model.floating(),
        model.quantized(),
        model.averageKurtosis(),
        model.seconds());
  }

  private FamilyResult result() {
    return record.with(
        models.values().stream()
            .sorted(
                Comparator.comparingInt(
                        (FamilyResult.Model m) ->
                            Recipe.METHODS.indexOf(
                                Method.valueOf(m.method().toUpperCase(Locale.ROOT))))
                    .thenComparingInt(FamilyResult.Model::seed))
            .toList());
  }
}
