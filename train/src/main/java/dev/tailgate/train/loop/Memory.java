package dev.tailgate.train.loop;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The memory of the machine. */
final class Memory {
  private Memory() {}

  /** Bytes of this machine, or of the container that this runs in; without bound where unknown. */
  static double ofMachine() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Double.POSITIVE_INFINITY;
  }
}
