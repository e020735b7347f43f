package dev.tailgate.quant.audit;

/** Hears how far an audit is; called from the thread that runs it. */
public interface AuditProgress {
  /** An audit nobody watches. */
  AuditProgress SILENT = (stage, done, total) -> {};

  /**
   * Reports progress.
   *
   * @param stage what is being done, for example "calibrating"
   * @param done finished batches of this stage
   * @param total batches of this stage
   */
  void at(String stage, long done, long total);
}
