package dev.tailgate.onnx.ir;

import static dev.tailgate.onnx.ir.Fixtures.external;
import static dev.tailgate.onnx.ir.Fixtures.floats;
import static dev.tailgate.onnx.ir.Fixtures.graph;
import static dev.tailgate.onnx.ir.Fixtures.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.onnx.proto.TensorProto;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SaveTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  private OnnxModel inOneFile(String name, long seed) {
    return OnnxModel.load(
        Fixtures.write(
            folder,
            name,
            Fixtures.model(graph(List.of(node("Relu", "x", "y")), floats("w", seed, 1000)))));
  }

  private OnnxModel withData(String name, String data, long seed) {
    Fixtures.write(folder, data, floats("w", seed, 1000).getRawData().toByteArray());
    TensorProto w = external("w", 1, data).toBuilder().addDims(1000).build();
    return OnnxModel.load(
        Fixtures.write(folder, name, Fixtures.model(graph(List.of(node("Relu", "x", "y")), w))));
  }

  private byte[] weights(String name) {
    OnnxModel model = OnnxModel.load(folder.resolve(name));
    return Fixtures.elements(model.graph().constant("w").orElseThrow());
  }

  private static byte[] expected(long seed) {
    return floats("w", seed, 1000).getRawData().toByteArray();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> String.valueOf(f.getFileName())).sorted().toList();
    }
  }

  @Test
  void oneFileStaysOneFileAndDataFilesStayDataFiles() throws IOException {
    inOneFile("a.onnx", 1).save(folder.resolve("b.onnx"));
    withData("c.onnx", "c.bin", 2).save(folder.resolve("d.onnx"));
    assertThat(names())
        .containsExactly("a.onnx", "b.onnx", "c.bin", "c.onnx", "d.onnx", "d.onnx.data");
    assertThat(weights("b.onnx")).isEqualTo(expected(1));
    assertThat(weights("d.onnx")).isEqualTo(expected(2));
  }

  @Test
  void savingOverItselfWorksAndTheOldObjectNoticesThatItsWeightsAreGone() {
    OnnxModel model = inOneFile("a.onnx", 1);
    GraphEdit edit = model.edit();
    for (int i = 0; i < 50; i++) {
      edit.metadata("key" + i, "moves the weights to another place in the file");
    }
    OnnxModel edited = edit.commit();
    edited.save(folder.resolve("a.onnx"));
    assertThat(weights("a.onnx")).isEqualTo(expected(1));
    assertThatThrownBy(edited::toSessionBytes)
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("changed or replaced since");
    assertThatThrownBy(() -> edited.save(folder.resolve("b.onnx")))
        .hasMessageContaining("changed or replaced since");
    assertThatThrownBy(() -> ElementReader.range(edited.graph().constant("w").orElseThrow()))
        .hasMessageContaining("changed or replaced since");
    assertThat(folder.resolve("b.onnx")).doesNotExist();
  }

  @Test
  void savingDataOverItselfAgainAndAgainKeepsOneDataFile() throws IOException {
    withData("a[1]{x}.onnx", "a[1]{x}.onnx.data", 4);
    for (int i = 0; i < 3; i++) {
      Path file = folder.resolve("a[1]{x}.onnx");
      OnnxModel.load(file).save(file);
      assertThat(weights("a[1]{x}.onnx")).isEqualTo(expected(4));
      assertThat(names()).hasSize(2);
    }
  }

  @Test
  void dataThatAnotherModelRefersToIsNotRemoved() throws IOException {
    withData("other.onnx", "a.onnx.data", 5);
    OnnxModel a = withData("a.onnx", "a.onnx.data", 5);
    a.save(folder.resolve("a.onnx"));
    assertThat(weights("other.onnx")).isEqualTo(expected(5));
    assertThat(weights("a.onnx")).isEqualTo(expected(5));
    assertThat(names()).hasSize(4).contains("a.onnx.data");
  }

  @Test
  void aModelMayReplaceTheOneWhoseDataItUses() {
    withData("b.onnx", "b.onnx.data", 6);
    OnnxModel borrower = withData("a.onnx", "b.onnx.data", 6);
    borrower.save(folder.resolve("b.onnx"));
    assertThat(weights("b.onnx")).isEqualTo(expected(6));
    assertThat(weights("a.onnx")).isEqualTo(expected(6));
  }

  @Test
  void aFailedSaveWritesNothingAndKeepsWhatIsThere() throws IOException {
    OnnxModel model = withData("a.onnx", "a.bin", 7);
    inOneFile("target.onnx", 8);
    List<String> before = names();
    Files.write(folder.resolve("a.bin"), new byte[10]);
    assertThatThrownBy(() -> model.save(folder.resolve("target.onnx")))
        .isInstanceOf(ModelException.class);
    assertThat(names()).isEqualTo(before);
    assertThat(weights("target.onnx")).isEqualTo(expected(8));
  }

  @Test
  void foldersAndPlacesThatCannotBeAreRefused() {
    OnnxModel model = inOneFile("a.onnx", 1);
    assertThatThrownBy(() -> model.save(folder)).hasMessageContaining("found a folder");
    assertThatThrownBy(() -> model.save(Path.of("/"))).hasMessageContaining("found a folder");
    assertThatThrownBy(() -> model.save(folder.resolve("a.onnx/below.onnx")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("Nothing was replaced");
  }

  @Test
  void savesIntoAFolderReachedThroughALink() throws IOException {
    Path real = Files.createDirectories(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    inOneFile("a.onnx", 1).save(link.resolve("b.onnx"));
    assertThat(real.resolve("b.onnx")).exists();
  }

  @Test
  void aSavedFileHasTheUsualPermissions() throws IOException {
    OnnxModel model = inOneFile("a.onnx", 1);
    model.save(folder.resolve("b.onnx"));
    assertThat(Files.getPosixFilePermissions(folder.resolve("b.onnx")))
        .isEqualTo(Files.getPosixFilePermissions(folder.resolve("a.onnx")));
  }

  /** Saves its first argument as its second; the process the next test kills. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      OnnxModel.load(Path.of(args[0])).save(Path.of(args[1]));
    }
  }

  @Test
  void aProcessKilledWhileWritingLeavesTheOldModelAndItsDebrisGoesWithTheNextSave()
      throws Exception {
    // 4 GiB of holes: no space in the source, seconds of writing in the target.
    long length = 1L << 32;
    try (RandomAccessFile sparse = new RandomAccessFile(folder.resolve("w.bin").toFile(), "rw")) {
      sparse.setLength(length);
    }
    TensorProto w = external("w", 2, "w.bin").toBuilder().addDims(length).build();
    Fixtures.write(folder, "big.onnx", Fixtures.model(graph(List.of(node("Relu", "x", "y")), w)));
    withData("t.onnx", "t.onnx.data", 3);
    withData("small.onnx", "small.onnx.data", 4);
    Process child = child("big.onnx");
    try {
      while (child.isAlive() && written() < 4096) {
        Thread.sleep(1);
      }
    } finally {
      child.destroyForcibly().waitFor();
    }
    assertThat(written()).as(Files.readString(folder.resolve("child.log"))).isPositive();
    assertThat(weights("t.onnx")).isEqualTo(expected(3));
    assertThat(names()).noneMatch(n -> n.startsWith("."));
    assertThat(child("small.onnx").waitFor()).isZero();
    assertThat(weights("t.onnx")).isEqualTo(expected(4));
    assertThat(written()).isZero();
  }

  /** A process that saves a model as {@code t.onnx}, with a cache of its own. */
  private Process child(String model) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                folder.resolve(model).toString(),
                folder.resolve("t.onnx").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("child.log").toFile());
    builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    return builder.start();
  }

  private long written() throws IOException {
    long bytes = 0;
    if (Files.isDirectory(folder.resolve("cache"))) {
      try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          bytes += Files.size(file);
        }
      }
    }
    return bytes;
  }
}
