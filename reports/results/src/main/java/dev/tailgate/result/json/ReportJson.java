package dev.tailgate.result.json;

import dev.tailgate.result.BuildReport;
import dev.tailgate.result.Inspection;
import dev.tailgate.result.QuantizeReport;
import dev.tailgate.result.RewriteReport;

/**
 * Writes and reads what {@code inspect}, {@code new}, {@code rewrite} and {@code quantize} report
 * as JSON.
 *
 * <p>Keys are the component names in snake case, in the order of the records; what is absent is
 * left out. NaN and infinities are the strings {@code "NaN"}, {@code "Infinity"} and {@code
 * "-Infinity"}. What is written and read again equals the first record. Reading passes over unknown
 * keys and refuses a missing one, unless it is a list or may be absent.
 */
public final class ReportJson {
  private ReportJson() {}

  /** The inspection as JSON text that ends with a line feed. */
  public static String write(Inspection inspection) {
    return RecordMapper.writePresent(inspection);
  }

  /** The rewrite likewise. */
  public static String write(RewriteReport report) {
    return RecordMapper.writePresent(report);
  }

  /** What was built, likewise. */
  public static String write(BuildReport report) {
    return RecordMapper.writePresent(report);
  }

  /** The quantization likewise. */
  public static String write(QuantizeReport report) {
    return RecordMapper.writePresent(report);
  }

  /**
   * Reads an inspection.
   *
   * @throws ResultFormatException if the text is none
   */
  public static Inspection inspection(String json) {
    return read("an inspection", json, Inspection.class);
  }

  /** Reads a rewrite, likewise. */
  public static RewriteReport rewrite(String json) {
    return read("the report of a rewrite", json, RewriteReport.class);
  }

  /** Reads what was built, likewise. */
  public static BuildReport build(String json) {
    return read("the report of a build", json, BuildReport.class);
  }

  /** Reads a quantization, likewise. */
  public static QuantizeReport quantize(String json) {
    return read("the report of a quantization", json, QuantizeReport.class);
  }

  private static <T extends Record> T read(String what, String json, Class<T> type) {
    return RecordMapper.read(RecordMapper.tree(json, what), json, type, what);
  }
}
