package io.katapult.benchmark;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * What the program's own threads have used so far. The threads of the JVM, for garbage collection and compilation, are
 * left out: they would blur the time, and how much there is to collect can be seen from the bytes.
 */
final class Usage {
  static final String TIME = "time";
  static final String CPU = "cpu";
  static final String BYTES = "allocated";

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final long nanos;
  private final Map<Long, Long> cpuNanos = new HashMap<>();
  private final Map<Long, Long> bytes = new HashMap<>();

  private Usage() {
    long[] threads = THREADS.getAllThreadIds();
    long[] allocated = THREADS.getThreadAllocatedBytes(threads);
    long[] cpu = THREADS.getThreadCpuTime(threads);
    for (int i = 0; i < threads.length; i++) {
      bytes.put(threads[i], Math.max(0, allocated[i]));
      cpuNanos.put(threads[i], Math.max(0, cpu[i]));
    }
    nanos = System.nanoTime();
  }

  static Usage now() {
    return new Usage();
  }

  double nanosSince(Usage before) {
    return nanos - before.nanos;
  }

  double cpuNanosSince(Usage before) {
    return sum(cpuNanos, before.cpuNanos);
  }

  double bytesSince(Usage before) {
    return sum(bytes, before.bytes);
  }

  /** Without threads that have ended in between. */
  private static long sum(Map<Long, Long> after, Map<Long, Long> before) {
    return after.entrySet().stream()
        .mapToLong(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
        .sum();
  }
}
