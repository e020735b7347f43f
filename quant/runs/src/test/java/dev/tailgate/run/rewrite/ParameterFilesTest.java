package dev.tailgate.run.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.rewrite.GateKind;
import dev.tailgate.onnx.rewrite.GateWeights;
import dev.tailgate.onnx.rewrite.Sink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParameterFilesTest {
  @TempDir Path folder;
  private final Map<String, byte[]> arrays = new LinkedHashMap<>();

  /** An array of float64 in NumPy's format 1.0. */
  private static byte[] npy(String shape, double... values) {
    String header = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + shape + "), }";
    byte[] text =
        (header + " ".repeat(117 - header.length()) + "\n").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer out =
        ByteBuffer.allocate(10 + text.length + 8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.putShort((short) text.length).put(text);
    for (double value : values) {
      out.putDouble(value);
    }
    return out.array();
  }

  private static double[] counted(int size) {
    return java.util.stream.IntStream.range(0, size).mapToDouble(i -> i + 1).toArray();
  }

  private ParameterFilesTest array(String name, String shape, double... values) {
    arrays.put(name, npy(shape, values));
    return this;
  }

  private Path npz() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
        zip.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
        zip.write(array.getValue());
      }
    }
    Path file = folder.resolve("parameters.npz");
    try (OutputStream out = Files.newOutputStream(file)) {
      bytes.writeTo(out);
    }
    return file;
  }

  @Test
  void aRowOfAnArrayIsTheSinkOfASite() throws IOException {
    Path file = Files.write(folder.resolve("sinks.npy"), npy("2, 3", 1, 2, 3, 4, 5, 6));
    assertThat(SinkFile.read(file))
        .containsOnly(
            Map.entry(0, new Sink.PerHead(new double[] {1, 2, 3})),
            Map.entry(1, new Sink.PerHead(new double[] {4, 5, 6})));
  }

  @Test
  void sinksOfSomeSitesAreNamedByNumber() throws IOException {
    array("11", "2,", -1, 1).array("3", "", 0.5);
    assertThat(SinkFile.read(npz()))
        .containsOnly(
            Map.entry(3, new Sink.Logit(0.5)),
            Map.entry(11, new Sink.PerHead(new double[] {-1, 1})));
  }

  @Test
  void otherShapesOfSinksAreRefused() throws IOException {
    Path flat = Files.write(folder.resolve("flat.npy"), npy("4,", 1, 2, 3, 4));
    assertThatThrownBy(() -> SinkFile.read(flat))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected [sites, H], found [4]");
    Path square = array("0", "2, 2", 1, 2, 3, 4).npz();
    assertThatThrownBy(() -> SinkFile.read(square))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected [H] or a scalar, found [2, 2]")
        .hasMessageContaining("array 0");
  }

  @Test
  void numbersThatAreNotFiniteAreRefused() throws IOException {
    Path file = array("0", "2,", 1, Double.NaN).npz();
    assertThatThrownBy(() -> SinkFile.read(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected finite numbers, found NaN");
  }

  @Test
  void otherNamesAreRefused() throws IOException {
    // 007 would be 7 a second time.
    for (String name : new String[] {"layer0", "007", "0.sink", "-1"}) {
      arrays.clear();
      Path file = array(name, "1,", 1).npz();
      assertThatThrownBy(() -> SinkFile.read(file))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("expected names such as 0, found " + name);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = GateKind.class,
      names = {"LINEAR", "ALL_HEADS_LINEAR"})
  void linearGatesAreReadRowByRow(GateKind kind) throws IOException {
    array("5.weight", "2, 3", counted(6)).array("5.bias", "2,", -1, -2);
    assertThat(GateWeightsFile.read(npz(), kind)).containsOnlyKeys(5);
    GateWeights.Linear gate = (GateWeights.Linear) GateWeightsFile.read(npz(), kind).get(5);
    assertThat(java.util.Objects.requireNonNull(gate).weight()).containsExactly(counted(6));
    assertThat(gate.bias()).containsExactly(-1, -2);
    assertThat(gate.width()).isEqualTo(3);
  }

  @Test
  void mlpGatesHaveTwoLayersOfEachHead() throws IOException {
    array("0.fc1.weight", "2, 3, 4", counted(24)).array("0.fc1.bias", "2, 4", counted(8));
    array("0.fc2.weight", "2, 4", counted(8)).array("0.fc2.bias", "2,", 7, 8);
    GateWeights.Mlp gate = (GateWeights.Mlp) GateWeightsFile.read(npz(), GateKind.MLP).get(0);
    assertThat(java.util.Objects.requireNonNull(gate).first()).containsExactly(counted(24));
    assertThat(gate.secondBias()).containsExactly(7, 8);
    assertThat(gate.width()).isEqualTo(3);
    assertThat(gate.hidden()).isEqualTo(4);
    assertThat(gate.heads()).isEqualTo(2);
  }

  @Test
  void halfAGateIsRefused() throws IOException {
    Path file = array("0.weight", "2, 3", counted(6)).npz();
    assertThatThrownBy(() -> GateWeightsFile.read(file, GateKind.LINEAR))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("found no 0.bias");
  }

  @Test
  void layersThatDoNotFitEachOtherAreRefused() throws IOException {
    array("0.fc1.weight", "2, 3, 4", counted(24)).array("0.fc1.bias", "2, 4", counted(8));
    Path file = array("0.fc2.weight", "2, 5", counted(10)).array("0.fc2.bias", "2,", 7, 8).npz();
    assertThatThrownBy(() -> GateWeightsFile.read(file, GateKind.MLP))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected [2, 4]")
        .hasMessageContaining("found [2, 5]")
        .hasMessageContaining("array 0.fc2.weight");
  }

  @Test
  void theKindDecidesTheNames() throws IOException {
    Path file = array("0.weight", "2, 3", counted(6)).array("0.bias", "2,", 1, 2).npz();
    assertThatThrownBy(() -> GateWeightsFile.read(file, GateKind.MLP))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("0.fc1.bias, 0.fc1.weight, 0.fc2.bias, 0.fc2.weight");
  }
}
