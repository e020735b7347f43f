package dev.tailgate.run.train;

import dev.tailgate.data.DataSource;
import dev.tailgate.data.Pooling;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.train.loss.Contrast;
import dev.tailgate.train.loss.CrossEntropy;
import dev.tailgate.train.loss.Embedding;
import dev.tailgate.train.loss.EmbeddingDistance;
import dev.tailgate.train.loss.HiddenError;
import dev.tailgate.train.loss.LogitDivergence;
import dev.tailgate.train.loss.Loss;
import dev.tailgate.train.loss.MeanError;
import dev.tailgate.train.loss.PairRanking;
import dev.tailgate.train.loss.TokenMask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A loss that can be asked for, by its name. */
public enum LossKind {
  /** Cross entropy of class or token labels, those of the next token for a decoder. */
  CROSS_ENTROPY,
  /** The mean squared error against labels that are numbers. */
  SQUARED,
  /** The mean absolute error against them. */
  ABSOLUTE,
  /** The order of pairs by the cosine of their vectors against that by their scores. */
  PAIRS,
  /** Each second text of a pair against all others of the batch; scores are not read. */
  CONTRAST,
  /**
   * The distance from the teacher: of distributions where the task has logits, of directions where
   * vectors are compared, and the squared error of outputs otherwise.
   */
  TEACHER;

  /** What cosines are multiplied by where they stand in exponents. */
  private static final double SCALE = 20;

  /** The spelling on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** All spellings. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(LossKind::label).toList();
  }

  /**
   * The loss of that spelling.
   *
   * @throws IllegalArgumentException where there is none
   */
  public static LossKind parse(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label().equals(label))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("expected a loss of " + labels() + ": " + label));
  }

  /**
   * What the task of the data asks for: the distance from the teacher where there is one, and the
   * task's own loss where the data has labels.
   *
   * @throws DataException where neither is there
   */
  static List<LossKind> of(DataSource data, boolean hasTeacher) {
    List<LossKind> kinds = new ArrayList<>();
    if (hasTeacher) {
      kinds.add(TEACHER);
    }
    boolean isLabelled = data.batches().next().labels().isPresent();
    switch (data.task().form()) {
      case CLASS, TOKENS -> kinds.add(CROSS_ENTROPY);
      case OWN_TOKENS -> {
        if (!hasTeacher && isLabelled) {
          kinds.add(CROSS_ENTROPY);
        }
      }
      case NUMBERS -> kinds.add(SQUARED);
      case PAIR_SCORE -> kinds.add(PAIRS);
      case NONE, SPAN -> {}
    }
    if (kinds.isEmpty()) {
      throw DataException.doing("choosing what to train for")
          .expected("labels of classes, tokens or numbers, or a teacher")
          .found("the task " + data.task().label())
          .where(data.description())
          .fix("Give --teacher, which may be the model before it was changed.");
    }
    return kinds;
  }

  /** The loss for a model on data. */
  Loss loss(OnnxModel model, DataSource data) {
    ModelOutputs outputs = ModelOutputs.of(model.graph());
    String predictions = outputs.predictions();
    return switch (this) {
      case CROSS_ENTROPY -> new CrossEntropy(predictions, 0);
      case SQUARED ->
          new MeanError(predictions, "labels", MeanError.Power.SQUARED, Optional.empty());
      case ABSOLUTE ->
          new MeanError(predictions, "labels", MeanError.Power.ABSOLUTE, Optional.empty());
      case PAIRS -> {
        String output = data.scoring().embedding(outputs);
        yield new PairRanking(output, "labels", embedding(model, data, output), SCALE);
      }
      case CONTRAST -> {
        String output = data.scoring().embedding(outputs);
        yield new Contrast(output, embedding(model, data, output), SCALE);
      }
      case TEACHER -> distance(model, data, outputs);
    };
  }

  private static Loss distance(OnnxModel model, DataSource data, ModelOutputs outputs) {
    String predictions = outputs.predictions();
    return switch (data.task()) {
      case CLASSIFICATION, SEQ2SEQ ->
          new LogitDivergence(predictions, predictions, 1, Optional.empty());
      case CAUSAL_LM, MASKED_LM, TOKEN_CLASSIFICATION ->
          new LogitDivergence(predictions, predictions, 1, TokenMask.ofOutput(model, predictions));
      case SIMILARITY, NEIGHBOURS -> {
        String output = data.scoring().embedding(outputs);
        yield new EmbeddingDistance(output, output, embedding(model, data, output));
      }
      case SPAN, REGRESSION, AGREEMENT -> error(model, predictions);
    };
  }

  private static Embedding embedding(OnnxModel model, DataSource data, String output) {
    Pooling pooling = data.scoring().used();
    if (pooling != Pooling.MEAN && pooling != Pooling.CLS) {
      throw DataException.doing("training vectors of texts")
          .expected("pooling by mean or cls")
          .found(pooling.name().toLowerCase(Locale.ROOT))
          .fix("Say --pooling mean or cls.");
    }
    return new Embedding(pooling, TokenMask.ofOutput(model, output));
  }

  private static Loss error(OnnxModel model, String output) {
    return new HiddenError(output, output, TokenMask.ofOutput(model, output));
  }

  /** Whether it is of labels, which the data then has to have. */
  boolean needsLabels() {
    return this != TEACHER && this != CONTRAST;
  }

  /** Whether labels of {@code task} are what it needs. */
  boolean fits(Task task) {
    return switch (this) {
      case CROSS_ENTROPY ->
          switch (task.form()) {
            case CLASS, TOKENS, OWN_TOKENS -> true;
            case NONE, SPAN, NUMBERS, PAIR_SCORE -> false;
          };
      case SQUARED, ABSOLUTE -> task == Task.REGRESSION;
      case PAIRS, CONTRAST -> task == Task.SIMILARITY;
      case TEACHER -> true;
    };
  }
}
