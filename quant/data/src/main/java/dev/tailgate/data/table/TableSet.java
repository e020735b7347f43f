package dev.tailgate.data.table;

import dev.tailgate.data.DataFormat;
import dev.tailgate.data.DataRequest;
import dev.tailgate.data.DataSpec;
import dev.tailgate.data.Opening;
import dev.tailgate.data.Sample;
import dev.tailgate.data.SampleSet;
import dev.tailgate.data.Task;
import dev.tailgate.data.text.TokenizerFile;
import dev.tailgate.engine.input.InputRole;
import dev.tailgate.engine.input.ModelInputs;
import dev.tailgate.onnx.ir.OnnxGraph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The rows of a table as samples: Parquet, CSV, JSON lines, or the result of a SQL query over such
 * files. Texts are tokenized as they are read. A row is a sample, or two where its texts are a pair
 * to be compared.
 */
public final class TableSet implements SampleSet {
  /** Tables by the names of their files, and queries. */
  public static final DataFormat FORMAT =
      new DataFormat(
          "table",
          ".parquet, .csv, .tsv, .jsonl, a query",
          List.of(TableOptions.SET),
          NumberTable::accepts,
          opening -> opening.batches(opening.inputs(), open(opening)));

  private final ModelInputs inputs;
  private final TablePlan plan;
  private final RowReader reader;
  private final TableDescription.Size size;

  private static TableSet open(Opening opening) {
    return new TableSet(
        opening.model().graph(),
        opening.inputs(),
        opening.request(),
        opening.request().data().orElseThrow(),
        () -> TokenizerFile.find(opening));
  }

  /**
   * Decides what the columns are for, and counts the rows.
   *
   * @param tokenizer asked only where there is text
   */
  public TableSet(
      OnnxGraph graph,
      ModelInputs inputs,
      DataRequest request,
      DataSpec data,
      Supplier<Path> tokenizer) {
    TableQuery table = TableQuery.of(data, request.format().get(TableOptions.SET).csv());
    this.inputs = inputs;
    this.plan = TablePlan.of(table, graph, inputs, request, tokenizer);
    Set<Column> columns = new LinkedHashSet<>();
    plan.fields().forEach(f -> columns.addAll(f.columns()));
    plan.label().ifPresent(l -> columns.addAll(l.columns()));
    List<Column> read = List.copyOf(columns);
    this.reader = new RowReader(table, read);
    this.size = TableDescription.size(table, read);
  }

  @Override
  public long size() {
    return size.rows() * group();
  }

  @Override
  public Iterator<Sample> read(long[] indices) {
    long[] rows = Arrays.stream(indices).map(i -> i / group()).toArray();
    Iterator<Row> found = reader.read(distinctNeighbours(rows));
    return new Iterator<>() {
      private int next;
      private Row row = new Row(plan.table(), -1, List.of(), new Object[0]);

      @Override
      public boolean hasNext() {
        return next < indices.length;
      }

      @Override
      public Sample next() {
        long index = indices[next++];
        if (row.index() != index / group()) {
          row = found.next();
        }
        return plan.sample(index, row);
      }
    };
  }

  /** Each row once, although two samples in a row may be made of it. */
  private static long[] distinctNeighbours(long[] rows) {
    List<Long> distinct = new ArrayList<>(rows.length);
    for (int i = 0; i < rows.length; i++) {
      if (i == 0 || rows[i] != rows[i - 1]) {
        distinct.add(rows[i]);
      }
    }
    return distinct.stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public Task task() {
    return plan.task();
  }

  @Override
  public String description() {
    return plan.description();
  }

  @Override
  public double padding(String input) {
    return inputs.find(input).filter(l -> l.role() instanceof InputRole.TokenIds).isPresent()
        ? plan.padding()
        : 0;
  }

  @Override
  public boolean hasPadding() {
    return length() > 0;
  }

  @Override
  public int length() {
    if (inputs.tokenIds().isEmpty()) {
      return 0;
    }
    boolean isFixed = inputs.fixedSequence() || plan.hasText();
    return isFixed
        ? inputs.sequenceLength()
        : Math.min(inputs.sequenceLength(), size.longestList());
  }
}
