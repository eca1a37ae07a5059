package io.katapult.extensions;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Threads and file descriptors that are left since this was made. */
final class Leaks {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** The JDK opens some of its own, now and then. */
  private static final int FEW_DESCRIPTORS = 3;

  private final Set<Thread> before = threads();
  private final long descriptors = openDescriptors();

  /** Says what is left; nothing if all is well. */
  List<String> found() throws InterruptedException {
    List<String> found = new ArrayList<>();
    if (!eventually(() -> before.containsAll(threads()))) {
      found.add("threads left: " + threads());
    }
    if (!eventually(() -> openDescriptors() <= descriptors + FEW_DESCRIPTORS)) {
      found.add("file descriptors left: " + descriptors + " have become " + openDescriptors());
    }
    return found;
  }

  /** Returns whether it has become true in time. */
  static boolean eventually(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      Thread.sleep(1);
    }
    return true;
  }

  /** Without JUnit's, and the daemons that OkHttp and the JDK keep for a while, whoever uses them. */
  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !thread.isDaemon() || thread.getName().equals("katapult"))
        .filter(thread -> !thread.getName().startsWith("junit"))
        .collect(Collectors.toSet());
  }

  /** -1 where the operating system does not say. */
  private static long openDescriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : -1;
  }
}
