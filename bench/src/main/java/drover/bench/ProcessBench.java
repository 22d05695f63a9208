package drover.bench;

import drover.engine.io.DroverException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** What only a fresh process shows: the time to the first token, and the peak of memory. */
public final class ProcessBench {
  private static final int POLL_MILLIS = 10;

  private ProcessBench() {}

  /**
   * Seconds from a process's start to the first byte that it prints: the first token, if it
   * generates one. A first process, not counted, brings the files into the page cache.
   *
   * @param command what to start
   */
  public static Measurement start(int runs, List<String> command) {
    secondsToOutput(command);
    return Measurement.of("start", "s", Runs.of(runs, () -> secondsToOutput(command)));
  }

  private static double secondsToOutput(List<String> command) {
    long start = System.nanoTime();
    Process process = begin(command, Redirect.PIPE);
    try (InputStream out = process.getInputStream()) {
      int first = out.read();
      double seconds = (System.nanoTime() - start) / 1e9;
      out.readAllBytes();
      finish(process, command);
      if (first < 0) {
        throw new DroverException(shown(command) + " printed nothing");
      }
      return seconds;
    } catch (IOException e) {
      throw failed(command, e);
    } finally {
      process.destroy();
    }
  }

  /**
   * The most memory in MB that processes have in use at a time, mapped files that they touch
   * included (Linux's VmHWM).
   *
   * @param command what to start
   * @throws DroverException if this operating system does not tell, or the process fails
   */
  public static Measurement memory(int runs, List<String> command) {
    return Measurement.of("memory", "MB", Runs.of(runs, () -> peakBytes(command) / 1e6));
  }

  private static double peakBytes(List<String> command) {
    Process process = begin(command, Redirect.DISCARD);
    try {
      long peak = 0;
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, highWater(process.pid()).orElse(0));
      }
      finish(process, command);
      if (peak == 0) {
        throw new DroverException(
            "memory needs Linux's /proc, which tells the peak of another process");
      }
      return peak;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DroverException("interrupted", e);
    } finally {
      process.destroy();
    }
  }

  /** Empty where the process has just ended, or there is no such file. */
  private static OptionalLong highWater(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst();
    } catch (IOException _) {
      return OptionalLong.empty();
    }
  }

  private static Process begin(List<String> command, Redirect out) {
    try {
      return new ProcessBuilder(command)
          .redirectInput(Redirect.from(nothing()))
          .redirectError(Redirect.INHERIT)
          .redirectOutput(out)
          .start();
    } catch (IOException e) {
      throw failed(command, e);
    }
  }

  private static File nothing() {
    return new File(File.separatorChar == '\\' ? "NUL" : "/dev/null");
  }

  private static void finish(Process process, List<String> command) {
    try {
      int status = process.waitFor();
      if (status != 0) {
        throw new DroverException(shown(command) + " ended with status " + status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DroverException("interrupted", e);
    }
  }

  private static DroverException failed(List<String> command, IOException e) {
    return new DroverException(shown(command) + " cannot be run: " + e.getMessage(), e);
  }

  private static String shown(List<String> command) {
    return String.join(" ", command);
  }
}
