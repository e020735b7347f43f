package dev.tailgate.train.checkpoint;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.file.Replacement;
import dev.tailgate.onnx.ir.Printable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The folder of one training that can be gone on from: {@code checkpoint.safetensors} with recipe,
 * counts and all states, and {@code weights-STEP.safetensors}, the weights with the best held-out
 * score. Each file is written whole or not at all, and weights that a checkpoint counts on stay
 * until a later checkpoint is in its place.
 */
public final class CheckpointFolder {
  private static final String CHECKPOINT = "checkpoint.safetensors";
  private static final String FORMAT = "tailgate";
  private static final String VERSION = "training checkpoint 1";
  private static final String RECIPE = "recipe";
  private static final String STATE = "state";
  private static final Pattern WEIGHTS = Pattern.compile("weights-(\\d{1,18})\\.safetensors");

  private final Path folder;
  private final Recipe recipe;

  private CheckpointFolder(Path folder, Recipe recipe) {
    this.folder = folder;
    this.recipe = recipe;
  }

  /**
   * What a training goes on from.
   *
   * @param state its counts
   * @param tensors its states by name
   */
  public record Resumed(LoopState state, Map<String, Tensor> tensors) {}

  /**
   * Makes the folder, and makes sure that it can be written.
   *
   * @throws UncheckedIOException where it cannot
   */
  public static CheckpointFolder at(Path folder, Recipe recipe) {
    try {
      Files.createDirectories(folder);
      Path tried = folder.resolve("recipe.json");
      Replacement.write(tried, out -> out.write(ByteBuffer.wrap(TensorsFile.utf8(recipe.json()))));
    } catch (IOException e) {
      throw new UncheckedIOException("Failed making the folder of checkpoints " + folder, e);
    }
    return new CheckpointFolder(folder, recipe);
  }

  /** The folder. */
  public Path path() {
    return folder;
  }

  /** Whether there is a checkpoint. */
  public static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(CHECKPOINT));
  }

  /** Writes a checkpoint in place of the one there is. */
  public void save(LoopState state, Map<String, TensorsFile.Source> tensors) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(FORMAT, VERSION);
    texts.put(RECIPE, recipe.json());
    texts.put(STATE, state.json());
    write(folder.resolve(CHECKPOINT), texts, tensors);
  }

  private static void write(
      Path file, Map<String, String> texts, Map<String, TensorsFile.Source> tensors) {
    try {
      TensorsFile.write(file, texts, tensors);
    } catch (IOException e) {
      throw new UncheckedIOException("Failed writing " + file, e);
    }
  }

  /**
   * Reads the checkpoint; empty where there is none.
   *
   * @param expected the states, which are all that it holds
   * @throws CheckpointException where it is damaged, or of another recipe, with what differs
   */
  public Optional<Resumed> load(Map<String, TensorsFile.Source> expected) {
    Path file = folder.resolve(CHECKPOINT);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      TensorsFile tensors = TensorsFile.open(file);
      Map<String, String> texts = tensors.texts();
      if (!VERSION.equals(texts.get(FORMAT))) {
        throw CheckpointException.damaged(file, "no checkpoint of this version of Tailgate");
      }
      requireSame(file, Recipe.parse(texts.getOrDefault(RECIPE, "")));
      LoopState state = LoopState.parse(texts.getOrDefault(STATE, ""));
      if (!tensors.names().equals(List.copyOf(expected.keySet()))) {
        throw CheckpointException.damaged(file, "other states than this training has");
      }
      Map<String, Tensor> states = new LinkedHashMap<>();
      for (Map.Entry<String, TensorsFile.Source> wanted : expected.entrySet()) {
        Tensor tensor = tensors.tensor(wanted.getKey());
        long[] dims = wanted.getValue().dims().stream().mapToLong(Long::longValue).toArray();
        if (tensor.type() != wanted.getValue().type() || !Arrays.equals(dims, tensor.shape())) {
          throw CheckpointException.damaged(file, wanted.getKey() + " as " + tensor);
        }
        states.put(wanted.getKey(), tensor);
      }
      return Optional.of(new Resumed(state, states));
    } catch (IllegalArgumentException e) {
      throw CheckpointException.damaged(file, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException("Failed reading " + file, e);
    }
  }

  private void requireSame(Path file, Recipe found) {
    List<String> differences = recipe.differences(found);
    if (!differences.isEmpty()) {
      throw new CheckpointException(
          "Failed to resume: expected a checkpoint of the same model, data and recipe, found another"
              + " in "
              + Printable.of(file.toString())
              + ". "
              + String.join("; ", differences)
              + ". Ask for the same, or begin anew with that folder removed.");
    }
  }

  /** Writes the weights of a step. */
  public void saveWeights(long step, Map<String, TensorsFile.Source> weights) {
    write(weights(step), Map.of(FORMAT, "weights after step " + step), weights);
  }

  /** The weights of a step, which were saved. */
  public TensorsFile openWeights(long step) {
    try {
      return TensorsFile.open(weights(step));
    } catch (IOException e) {
      throw new UncheckedIOException("Failed reading " + weights(step), e);
    }
  }

  private Path weights(long step) {
    return folder.resolve("weights-" + step + ".safetensors");
  }

  /** Removes the weights of all steps but these. */
  public void keepWeights(List<Long> steps) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Matcher name = WEIGHTS.matcher(String.valueOf(file.getFileName()));
        if (name.matches() && !steps.contains(Long.parseLong(name.group(1)))) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new IllegalStateException("Failed tidying " + folder, e);
    }
  }

  /**
   * Removes what a training has written that is over, and the folder where nothing else is in it.
   */
  public void remove() {
    try {
      keepWeights(List.of());
      for (String name : List.of(CHECKPOINT, "recipe.json")) {
        Files.deleteIfExists(folder.resolve(name));
      }
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        if (files.iterator().hasNext()) {
          return;
        }
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("Failed removing checkpoints in " + folder, e);
    }
  }
}
