package dev.tailgate.cli.fuzz;

import dev.tailgate.cli.InProcess;
import dev.tailgate.data.NpzFile;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.kit.Transformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sound files of every format, small, that mutants are made of: models of the kit and exports of
 * real architectures, and beside them data that fits, and what audits of them write.
 */
final class Seeds {
  private static final String TOKENIZER =
      """
      {"version": "1.0", "truncation": null, "padding": null,
       "added_tokens": [{"id": 1, "content": "[PAD]", "special": true, "single_word": false,
         "lstrip": false, "rstrip": false, "normalized": false}],
       "normalizer": {"type": "Sequence", "normalizers": [{"type": "Lowercase"},
         {"type": "Replace", "pattern": {"String": "!"}, "content": "."}]},
       "pre_tokenizer": {"type": "Whitespace"},
       "post_processor": {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
           {"Sequence": {"id": "A", "type_id": 0}}],
         "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
         "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}}},
       "decoder": null,
       "model": {"type": "WordLevel", "unk_token": "[UNK]", "vocab": {"[UNK]": 0, "[PAD]": 1,
         "[CLS]": 2, "[SEP]": 3, "hello": 4, "good": 5, "world": 6, "bad": 7, "film": 8, "of": 9,
         "all": 10}}}
      """;

  private static final String RULES =
      """
      version: 1
      require:
        min_samples: 2
      rules:
        - id: ffn-outliers
          metric: tap_kurtosis
          taps: {role: ffn_out}
          max_increase: 0.25
          reason: FFN outputs are where this model grew outliers before.
        - id: loss
          metric: task_loss
          max: 0.02
          confident: true
        - metric: max_inf_norm
          max: 60
          severity: warning
      """;

  private static final String DEFAULTS =
      """
      audit:
        samples: 2
        batch-size: 2
        seed: 3
        taps: all
        quiet: true
      gate:
        format: json
      """;

  private final Path folder;

  Seeds(Path folder) {
    this.folder = folder;
  }

  /** Writes them all. */
  void write(Path exports) throws IOException, SQLException {
    Files.createDirectories(folder);
    Transformer.SMALL.decoder().save(folder.resolve("decoder.onnx"));
    Transformer.SMALL.postNorm().rotary().encoder().save(folder.resolve("encoder.onnx"));
    Transformer.SMALL.vision().save(folder.resolve("vision.onnx"));
    classifier().save(folder.resolve("classifier.onnx"));
    try (Stream<Path> files = Files.list(exports)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".onnx")).sorted().toList()) {
        Files.copy(file, folder.resolve("export-" + file.getFileName()));
      }
    }
    new NpzFile()
        .with("ids", Tensor.ofLongs(ids(240), 40, 6))
        .with("labels", Tensor.ofLongs(ids(240), 40, 6))
        .write(folder.resolve("ids.npz"));
    Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER);
    Files.writeString(folder.resolve("rules.yaml"), RULES);
    Files.writeString(folder.resolve("tailgate.yaml"), DEFAULTS);
    Files.writeString(
        folder.resolve("t.csv"),
        "text,label\nhello good world,1\n\"bad film, of all\",0\nhello,1\nbad,0\n");
    Files.writeString(
        folder.resolve("t.jsonl"),
        """
        {"text": "hello good world", "label": 1}
        {"text": "bad film", "label": 0}
        {"text": "good", "label": 1}
        """);
    parquet();
    results();
  }

  private static long[] ids(int count) {
    long[] ids = new long[count];
    for (int i = 0; i < count; i++) {
      ids[i] = (i * 7L + i / 6 * 5L) % 11;
    }
    return ids;
  }

  /** {@code input_ids [N, T]} to {@code logits [N, 2]}: means of embeddings. */
  private static OnnxModel classifier() {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
    Value ids = g.input("input_ids", ElementType.INT64, Dim.of("batch"), Dim.of("sequence"));
    float[] words = new float[88];
    for (int i = 0; i < words.length; i++) {
      words[i] = (float) Math.sin(i);
    }
    Value table = g.constant(ConstantTensor.ofFloats("words", List.of(11L, 8L), words));
    Value head =
        g.constant(
            ConstantTensor.ofFloats("head", List.of(8L, 2L), java.util.Arrays.copyOf(words, 16)));
    Value mean = g.node("Gather", table, ids).value().mean(1).squeeze(1);
    return g.output("logits", mean.matMul(head)).model();
  }

  private void parquet() throws SQLException {
    String file = folder.resolve("t.parquet").toString().replace("'", "''");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "COPY (SELECT * FROM (VALUES ('hello good world', 1), ('bad film', 0), ('good', 1))"
              + " t(text, label)) TO '"
              + file
              + "' (FORMAT parquet)");
    }
  }

  /** What the commands write themselves. */
  private void results() throws IOException {
    require(
        "audit",
        folder.resolve("decoder.onnx").toString(),
        "--data",
        folder.resolve("ids.npz").toString(),
        "--out",
        folder.resolve("audit").toString(),
        "--quiet");
    Files.copy(folder.resolve("audit/result.json"), folder.resolve("result.json"));
    require(
        "quantize",
        folder.resolve("encoder.onnx").toString(),
        "-o",
        folder.resolve("quantized.onnx").toString(),
        "--samples",
        "2",
        "--export-encodings",
        folder.resolve("encodings.json").toString(),
        "--quiet");
  }

  private void require(String... args) {
    InProcess run = InProcess.run(folder.resolve("audit"), args);
    if (run.code() != 0) {
      throw new IllegalStateException(String.join(" ", args) + ": " + run.err());
    }
  }
}
