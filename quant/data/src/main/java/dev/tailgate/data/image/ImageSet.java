package dev.tailgate.data.image;

import dev.tailgate.data.DataFormat;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.LabelForm;
import dev.tailgate.data.Opening;
import dev.tailgate.data.Sample;
import dev.tailgate.data.SampleSet;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Pictures as samples: fitted to the size that the model reads, turned to grey or colour as it has
 * channels, normalised by a preset. One picture is decoded at a time. Labels are class ids.
 */
public final class ImageSet implements SampleSet {
  /** Folders of pictures, IDX and CIFAR files. */
  public static final DataFormat FORMAT =
      new DataFormat(
          "images",
          "images (a folder, IDX, CIFAR .bin)",
          List.of(ImageOptions.SET),
          opening -> opening.path().filter(ImageSet::accepts).isPresent(),
          opening -> opening.batches(opening.inputs(), open(opening)));

  private final Pictures pictures;
  private final PixelInput input;
  private final ImageOptions options;
  private final PictureFit fit;
  private final PixelTensor tensors;
  private final Task task;

  private ImageSet(Pictures pictures, PixelInput input, ImageOptions options, Task task) {
    this.pictures = pictures;
    this.task = task;
    this.input = input;
    this.options = options;
    int side = Math.max(input.width(), input.height());
    this.fit = new PictureFit(options.resize(side), input.width(), input.height());
    this.tensors = new PixelTensor(input, options);
  }

  static boolean accepts(Path path) {
    return Files.isDirectory(path)
        ? FolderPictures.accepts(path)
        : Files.isRegularFile(path) && (isCifar(path) || isIdx(path));
  }

  private static ImageSet open(Opening opening) {
    return open(opening.model(), opening.inputs(), opening.request(), opening.path().orElseThrow());
  }

  private static boolean isCifar(Path path) {
    return lowerName(path).endsWith(".bin");
  }

  private static boolean isIdx(Path path) {
    return lowerName(path).matches(".*idx[1-4][-_.]ubyte(\\.gz)?");
  }

  private static String lowerName(Path path) {
    return path.getFileName() == null ? "" : path.getFileName().toString().toLowerCase(Locale.ROOT);
  }

  /**
   * Opens the pictures at {@code path} for {@code model}; headers and names are read, pixels are
   * not.
   *
   * @param path a folder with a folder for each class, an IDX file, perhaps with {@code .gz}, or a
   *     CIFAR binary file
   * @throws DataException where they cannot be read, the model takes no pictures, or the task needs
   *     other labels than they have
   */
  static ImageSet open(OnnxModel model, ModelInputs inputs, DataRequest request, Path path) {
    Pictures pictures = pictures(path);
    PixelInput input = PixelInput.of(model.graph(), inputs, pictures.commonSize());
    boolean hasLabels = pictures.classes().isPresent();
    Task task = request.task().orElse(hasLabels ? Task.CLASSIFICATION : Task.AGREEMENT);
    LabelForm form = task.form();
    if (form != LabelForm.NONE && (form != LabelForm.CLASS || !hasLabels)) {
      throw DataException.doing("reading images for " + task.label())
          .expected("labels for that task")
          .found(hasLabels ? "class ids" : "images without labels")
          .where(path.toString())
          .fix("Ask for --task agreement, or give images with a folder for each class.");
    }
    return new ImageSet(pictures, input, request.format().get(ImageOptions.SET), task);
  }

  static Pictures pictures(Path path) {
    if (Files.isDirectory(path)) {
      return new FolderPictures(path);
    }
    return isCifar(path) ? new CifarPictures(path) : new IdxPictures(path);
  }

  @Override
  public Iterator<Sample> read(long[] indices) {
    Iterator<Pictures.Labelled> stored = pictures.read(indices);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return stored.hasNext();
      }

      @Override
      public Sample next() {
        return sample(stored.next());
      }
    };
  }

  private Sample sample(Pictures.Labelled stored) {
    Picture sized = fit.apply(stored.picture(), stored.where());
    Tensor pixels = tensors.of(sized.withChannels(input.channels()));
    Optional<Tensor> label =
        task.form() == LabelForm.CLASS
            ? Optional.of(Tensor.ofLongs(new long[] {stored.label()}))
            : Optional.empty();
    return new Sample(stored.index(), Map.of(input.name(), pixels), label, -1);
  }

  @Override
  public long size() {
    return pictures.size();
  }

  @Override
  public boolean canSeek() {
    return pictures.canSeek();
  }

  @Override
  public Task task() {
    return task;
  }

  @Override
  public String description() {
    int side = Math.max(input.width(), input.height());
    ImageResize resize = options.resize(side);
    boolean isKept =
        pictures
            .commonSize()
            .filter(s -> s.width() == input.width() && s.height() == input.height())
            .isPresent();
    boolean isCut = resize.fit() == ImageResize.Fit.CROP && resize.shorterSide(side) != side;
    String scaled = isKept && !isCut ? "" : ", " + resize;
    String channels =
        pictures
            .commonSize()
            .filter(s -> s.channels() != input.channels())
            .map(s -> input.channels() == 3 ? ", grey repeated" : ", colour made grey")
            .orElse("");
    String numbers = input.isRaw() ? "pixels 0-255" : options.preset().label() + overridden();
    return String.format(
        Locale.ROOT, "%s, as %s, %s%s%s", pictures.description(), input, numbers, scaled, channels);
  }

  private String overridden() {
    StringBuilder text = new StringBuilder();
    options.mean().ifPresent(m -> text.append(" with mean ").append(m));
    options.deviation().ifPresent(d -> text.append(" with std ").append(d));
    return text.toString();
  }
}
