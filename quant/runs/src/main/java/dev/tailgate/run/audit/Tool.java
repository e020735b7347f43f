package dev.tailgate.run.audit;

import dev.tailgate.result.ToolInfo;

/** This program, as results name it. */
public final class Tool {
  private Tool() {}

  /** Name, and the version of the jar this runs from. */
  public static ToolInfo info() {
    String version = Tool.class.getPackage().getImplementationVersion();
    return new ToolInfo("tailgate", version == null ? "development" : version);
  }
}
