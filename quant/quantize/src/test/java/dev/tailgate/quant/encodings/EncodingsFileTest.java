package dev.tailgate.quant.encodings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailgate.data.IdentityModel;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.WeightAxes;
import dev.tailgate.quant.scheme.IntegerFormat;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EncodingsFileTest {
  private static final List<Long> DIMS = List.of(5L, 3L);

  @TempDir Path folder;

  private record Setting(ModelTensors tensors, List<String> names) {}

  /** A model with the weights w0 to w9, whose rows are summed over. */
  private static Setting setting() {
    GraphEdit edit = IdentityModel.of(17).edit();
    List<QuantPoint.Weight> weights = new ArrayList<>();
    List<String> names = new ArrayList<>();
    WeightAxes axes = new WeightAxes(OptionalInt.of(1), OptionalInt.of(0));
    for (int i = 0; i < 10; i++) {
      String name = edit.constant(ConstantTensor.ofFloats("w" + i, DIMS, new float[15]));
      names.add(name);
      weights.add(
          new QuantPoint.Weight(name, "MatMul", 0, ElementType.FLOAT, DIMS, axes, List.of()));
    }
    OnnxModel model = edit.commit();
    return new Setting(new ModelTensors(model, weights), names);
  }

  private static QuantParams params(
      NumberFormat format, ScaleLayout layout, int count, int zeroPoint, Random random) {
    float[] scales = new float[count];
    int[] zeros = new int[count];
    for (int i = 0; i < count; i++) {
      // All bit patterns of positive floats, the smallest ones too.
      scales[i] = Float.intBitsToFloat(1 + random.nextInt(0x7F7F_FFFF));
      zeros[i] = zeroPoint;
    }
    return QuantParams.of(format, layout, scales, zeros);
  }

  private static Encodings everything(List<String> names, boolean float8) {
    Random random = new Random(1);
    ScaleLayout whole = new ScaleLayout.Whole();
    ScaleLayout channels = new ScaleLayout.Axis(1);
    ScaleLayout blocks = new ScaleLayout.Blocks(0, 2, 5, List.of(3L, 3L));
    List<TensorEncoding> weights = new ArrayList<>();
    int bits = 2;
    for (String name : names.subList(0, 9)) {
      NumberFormat format = new IntegerFormat(bits++, true);
      ScaleLayout layout = bits % 3 == 0 ? whole : bits % 3 == 1 ? channels : blocks;
      int count = bits % 3 == 0 ? 1 : bits % 3 == 1 ? 3 : 9;
      weights.add(new TensorEncoding(name, params(format, layout, count, 0, random), true));
    }
    NumberFormat last = float8 ? NumberFormat.parse("fp8-e4m3") : new IntegerFormat(16, true);
    weights.add(new TensorEncoding(names.get(9), params(last, channels, 3, 0, random), true));
    List<TensorEncoding> activations = new ArrayList<>();
    for (int zero : new int[] {0, 1, 85, 128, 255}) {
      QuantParams grid = params(new IntegerFormat(8, false), whole, 1, zero, random);
      activations.add(new TensorEncoding("a \"" + zero + "\" ü", grid, false));
    }
    return new Encodings(activations, weights);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenIsReadBitForBit(EncodingsFormat format) throws IOException {
    Setting setting = setting();
    Encodings encodings = everything(setting.names(), format != EncodingsFormat.AIMET_1);
    Path file = folder.resolve("model.encodings");
    EncodingsFile.write(encodings, format, file);
    EncodingsFile.Content content = EncodingsFile.read(file, setting.tensors());
    assertThat(content.format()).isEqualTo(format);
    assertThat(content.encodings()).isEqualTo(encodings);
    assertThat(content.leftOut()).isEmpty();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void ourOwnFormatKeepsWhatTheOthersCannotSay() throws IOException {
    NumberFormat uint8 = new IntegerFormat(8, false);
    NumberFormat int8 = new IntegerFormat(8, true);
    Encodings encodings =
        new Encodings(
            List.of(
                new TensorEncoding("a", QuantParams.perTensor(uint8, 0.1f, 128), true),
                new TensorEncoding("b", QuantParams.perTensor(int8, 0.1f, -43), false),
                new TensorEncoding("c", QuantParams.perTensor(uint8, 0.1f, 0), true)),
            List.of());
    ModelTensors tensors = setting().tensors();
    for (EncodingsFormat format : EncodingsFormat.values()) {
      Path file = folder.resolve(format.label());
      EncodingsFile.write(encodings, format, file);
      Encodings found = EncodingsFile.read(file, tensors).encodings();
      if (format == EncodingsFormat.TAILGATE) {
        assertThat(found).isEqualTo(encodings);
      }
      for (int i = 0; i < 3; i++) {
        QuantParams before = encodings.activations().get(i).params();
        QuantParams after = found.activations().get(i).params();
        // The same real numbers, whatever they are called.
        assertThat(after.min()).isEqualTo(before.min());
        assertThat(after.max()).isEqualTo(before.max());
        assertThat(after.scale(0)).isEqualTo(before.scale(0));
      }
    }
  }

  @Test
  void aimetsOffsetIsTheNegatedZeroPointOfTheUnsignedGrid() throws IOException {
    Path file = folder.resolve("f");
    NumberFormat int8 = new IntegerFormat(8, true);
    NumberFormat uint8 = new IntegerFormat(8, false);
    EncodingsFile.write(
        new Encodings(
            List.of(new TensorEncoding("a", QuantParams.perTensor(uint8, 0.5f, 85), false)),
            List.of(new TensorEncoding("w", QuantParams.perTensor(int8, 0.25f, 0), true))),
        EncodingsFormat.AIMET_1,
        file);
    assertThat(Files.readString(file).replaceAll("\\s", ""))
        .contains(
            "\"name\":\"a\",\"enc_type\":\"PER_TENSOR\",\"dtype\":\"INT\",\"bw\":8,"
                + "\"is_sym\":false,\"scale\":[0.5],\"offset\":[-85]")
        .contains("\"is_sym\":true,\"scale\":[0.25],\"offset\":[-128]");
  }

  @Test
  void aimet2MirrorsQuantizeLinear() throws IOException {
    Path file = folder.resolve("f");
    ScaleLayout blocks = new ScaleLayout.Blocks(0, 2, 3, List.of(2L, 2L));
    QuantParams grid =
        QuantParams.of(
            new IntegerFormat(4, true), blocks, new float[] {1, 2, 4, 8}, new int[] {0, 0, 0, 1});
    EncodingsFile.write(
        new Encodings(List.of(), List.of(new TensorEncoding("w", grid, false))),
        EncodingsFormat.AIMET_2,
        file);
    assertThat(Files.readString(file).replaceAll("\\s", ""))
        .contains(
            "{\"name\":\"w\",\"output_dtype\":\"int4\",\"y_scale\":[[1.0,2.0],[4.0,8.0]],"
                + "\"y_zero_point\":[[0,0],[0,1]],\"axis\":0,\"block_size\":2}");
  }

  @Test
  void float8IsRefusedWhereTheFormatHasNone() {
    Encodings encodings = everything(setting().names(), true);
    assertThatThrownBy(
            () -> EncodingsFile.write(encodings, EncodingsFormat.AIMET_1, folder.resolve("f")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("fp8-e4m3")
        .hasMessageContaining("aimet-2.0.0");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatStaysFloatIsReported() throws IOException {
    Path file = folder.resolve("f");
    Files.writeString(
        file,
        "{\"version\":\"1.0.0\",\"activation_encodings\":[{\"name\":\"a\",\"dtype\":\"FLOAT\","
            + "\"bw\":16,\"enc_type\":\"PER_TENSOR\"}],\"param_encodings\":[{\"name\":\"bias\","
            + "\"dtype\":\"INT\",\"bw\":32,\"is_sym\":true,\"scale\":[1],\"offset\":[0]}]}");
    EncodingsFile.Content content = EncodingsFile.read(file, setting().tensors());
    assertThat(content.encodings().all()).isEmpty();
    assertThat(content.leftOut()).containsExactly("a: FLOAT of 16 bits", "bias: INT of 32 bits");
  }

  @ParameterizedTest
  @EnumSource(EncodingsFormat.class)
  void everyFieldWithAnotherTypeIsNamedAndSaysWhatItHas(EncodingsFormat format) throws IOException {
    Setting setting = setting();
    Path file = folder.resolve("f.json");
    EncodingsFile.write(everything(setting.names(), false), format, file);
    ObjectMapper mapper = new ObjectMapper();
    JsonNode tree = mapper.readTree(file.toFile());
    JsonNode entry =
        tree.findValue(format == EncodingsFormat.AIMET_2 ? "encodings" : "activations");
    entry = entry == null ? tree.get("activation_encodings") : entry;
    for (JsonNode object : List.of(tree, entry.get(0))) {
      for (Map.Entry<String, JsonNode> field : Map.copyOf(fields(object)).entrySet()) {
        for (String wrong : List.of("\"abc\"", "7.25", "true", "{}", "[[\"x\"]]")) {
          JsonNode value = mapper.readTree(wrong);
          boolean isIgnored = Set.of("quantizer_args", "excluded_layers").contains(field.getKey());
          if (isIgnored || value.getNodeType() == field.getValue().getNodeType()) {
            continue;
          }
          ((ObjectNode) object).set(field.getKey(), value);
          Files.writeString(file, tree.toString());
          ((ObjectNode) object).set(field.getKey(), field.getValue());
          if (field.getValue().isArray() && value.isNumber()) {
            // One number stands for a list of one.
            continue;
          }
          assertThatThrownBy(() -> EncodingsFile.read(file, setting.tensors()))
              .as("%s = %s", field, wrong)
              .isInstanceOf(DataException.class)
              .hasMessageMatching("(?s).*(our own, found|" + field.getKey() + ").*")
              .message()
              .doesNotContain("dev.tailgate", "fasterxml", "something else", "START_", "VALUE_");
        }
      }
    }
  }

  private static Map<String, JsonNode> fields(JsonNode object) {
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    object.properties().forEach(e -> fields.put(e.getKey(), e.getValue()));
    return fields;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | JSON object",
        "{ | JSON",
        "nonsense | JSON",
        "{} | version none",
        "{'version':'0.6.1'} | version 0.6.1",
        "{'version':'2.0.0'} | a list encodings",
        "{'version':'2.0.0','version':'2.0.0'} | the key 'version' twice",
        "{'version':'2.0.0','encodings':[1]} | expected keys and values, found 1",
        "{'version':'2.0.0','encodings':[{'name':'a'}]} | output_dtype",
        "{'version':'2.0.0','encodings':[{'name':'a','output_dtype':'int8'}]} | y_scale",
        "{'version':'2.0.0','encodings':[{'name':'a','output_dtype':'int8','y_scale':0}]} | positive",
        "{'version':'2.0.0','encodings':[{'name':'a','output_dtype':'int8','y_scale':-1}]} | -1",
        "{'version':'2.0.0','encodings':[{'name':'a','output_dtype':'int8','y_scale':1e60}]} | finite",
        "{'version':'2.0.0','encodings':[{'name':'a','output_dtype':'int8','y_scale':NaN}]} | JSON",
        "{'version':'2.0.0','encodings':[{'name':'a','output_dtype':'int8','y_scale':['x']}]} | found a list with the text 'x'",
        "{'version':'2.0.0','encodings':[{'name':'a','output_dtype':'int8','y_scale':[]}]} | at least one",
        "{'version':'2.0.0','encodings':[{'name':'a','output_dtype':'int8','y_scale':[1,2]}]} | one scale",
        "{'version':'2.0.0','encodings':[{'name':'a','output_dtype':'int9000','y_scale':1}]} | int9000",
        "{'version':'2.0.0','encodings':[{'name':'a','output_dtype':'int8','y_scale':1,'y_zero_point':200}]} | 200",
        "{'version':'2.0.0','encodings':[{'name':'a','output_dtype':'int8','y_scale':1,'y_zero_point':0.5}]} | integers",
        "{'version':'2.0.0','encodings':[{'name':'a','output_dtype':'int8','y_scale':1,'y_zero_point':[1,2]}]} | 1 numbers",
        "{'version':'2.0.0','encodings':[{'name':'a','output_dtype':'int8','y_scale':[1,2],'axis':-1}]} | axis -1",
        "{'version':'2.0.0','encodings':[{'name':'W','output_dtype':'int8','y_scale':[1,2],'axis':1}]} | 3 scales",
        "{'version':'2.0.0','encodings':[{'name':'W','output_dtype':'int8','y_scale':[1,2],'axis':0,'block_size':2}]} | 9 scales",
        "{'version':'2.0.0','encodings':[{'name':'a','output_dtype':'int8','y_scale':1},{'name':'a','output_dtype':'int8','y_scale':1}]} | Two encodings of a",
        "{'version':'1.0.0','activation_encodings':[{'name':'a','dtype':'INT','bw':8,'is_sym':true,'scale':[1],'offset':[0,0],'enc_type':'PER_TENSOR'}],'param_encodings':[]} | 1 numbers",
        "{'version':'1.0.0','activation_encodings':[{'name':'a','dtype':'INT','bw':8,'is_sym':false,'scale':[1],'offset':[5],'enc_type':'PER_TENSOR'}],'param_encodings':[]} | offsets",
        "{'version':'1.0.0','activation_encodings':[{'name':'a','dtype':'INT','bw':8,'is_sym':false,'scale':[1,1],'offset':[0,0],'enc_type':'PER_CHANNEL'}],'param_encodings':[]} | output channels",
        "{'version':'1.0.0','activation_encodings':[{'name':'a','dtype':'INT','bw':8,'is_sym':false,'scale':[1],'offset':[0],'enc_type':'LPBQ'}],'param_encodings':[]} | LPBQ",
        "{'version':'1.0.0','activation_encodings':[{'name':'a','dtype':'INT','bw':8,'scale':[1],'offset':[0],'enc_type':'PER_TENSOR'}],'param_encodings':[]} | is_sym",
        "{'version':'1.0.0','activation_encodings':[{'name':'a','dtype':'FLOAT','bw':8,'enc_type':'PER_TENSOR'}],'param_encodings':[]} | FLOAT of 8",
        "{'format':'tailgate-encodings','version':'1','activations':[{'tensor':'a','numbers':'int8','symmetric':true,'scales':[1],'zero_points':[3]}],'weights':[]} | zero point 0",
        "{'format':'tailgate-encodings','version':'1','activations':[{'tensor':'a','numbers':'int8','symmetric':true,'scales':[1],'axis':0,'block_size':2,'dims':[2000000000,2000000000,2000000000]}],'weights':[]} | scales for blocks",
        "{'format':'tailgate-encodings','version':'2','activations':[],'weights':[]} | version 2"
      })
  void filesThatAreNotSoundAreRefusedWithTheReason(String json, String reason) throws IOException {
    Setting setting = setting();
    Path file = folder.resolve("f.json");
    String named = json.replace('\'', '"').replace("\"W\"", '"' + setting.names().get(0) + '"');
    Files.writeString(file, named);
    assertThatThrownBy(() -> EncodingsFile.read(file, setting.tensors()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining("f.json")
        .hasMessageEndingWith(".");
  }
}
