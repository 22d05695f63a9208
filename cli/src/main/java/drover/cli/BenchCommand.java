package drover.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import drover.bench.EngineBench;
import drover.bench.MachineLimits;
import drover.bench.Measurement;
import drover.engine.GenerationSettings;
import drover.engine.Generator;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.PromptEncoder;
import drover.engine.WeightType;
import drover.engine.io.DroverException;
import drover.kernels.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code drover bench}: how fast a model runs, beside what the machine could do at best. */
@Command(
    name = "bench",
    description = "Measure a model's speed, and the machine's limits beside it.")
final class BenchCommand implements Runnable {
  private static final List<String> ALL = List.of("start", "open", "prefill", "decode");

  private final Io io;

  @Mixin private ModelOptions modelOptions;

  @Option(
      names = "--what",
      paramLabel = "LIST",
      split = ",",
      description =
          "Some of start (from the process's start to the first token), open, prefill and decode"
              + " (default: all).")
  private List<String> what = ALL;

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  BenchCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    for (String name : what) {
      if (!ALL.contains(name)) {
        throw new DroverException(
            "unknown benchmark %s; there are %s"
                .formatted(DroverException.quote(name), String.join(", ", ALL)));
      }
    }
    modelOptions.runOn(this::measure);
  }

  private void measure(Path folder, Device device) {
    // First of all: what runs before would count.
    if (what.contains("start")) {
      print(start(folder, device, modelOptions.weights()));
    }
    if (what.stream().allMatch(name -> name.equals("start"))) {
      return;
    }
    io.notice("measuring the machine, then warming up ...");
    MachineLimits limits = MachineLimits.measure(modelOptions.threads());
    print(limit("memory reading", limits.readBandwidth(), "GB/s"));
    print(limit("F32 multiply-adds", limits.fmaPeak(), "GFLOP/s"));
    EngineBench bench = new EngineBench(folder, device, modelOptions.weights(), limits);
    bench.warmUp();
    if (what.contains("open")) {
      print(bench.open());
    }
    if (what.contains("prefill")) {
      print(bench.prefill());
    }
    if (what.contains("decode")) {
      print(bench.decode());
    }
  }

  private static Measurement limit(String name, double perSecond, String unit) {
    double value = perSecond / 1e9;
    return new Measurement(name, value, value, value, unit, 0, "");
  }

  /** One run only: the next would find a warm JVM. */
  private static Measurement start(Path folder, Device device, WeightType weights) {
    try (Llama model = Llama.open(folder, device, weights)) {
      int[] prompt =
          model.tokenizer().isPresent()
              ? PromptEncoder.of(model).prompt("Hello", Optional.empty())
              : new int[] {0};
      new Generator(model, Hooks.NONE, GenerationSettings.greedy(1)).generate(prompt);
    }
    Instant began = ProcessHandle.current().info().startInstant().orElseThrow();
    double seconds = Duration.between(began, Instant.now()).toNanos() / 1e9;
    return new Measurement("first token", seconds, seconds, seconds, "s", 0, "");
  }

  private void print(Measurement measured) {
    if (json) {
      new JsonLines(io.out()).write(out -> write(out, measured));
      return;
    }
    StringBuilder line = new StringBuilder();
    line.append(
        "%-18s %8s %s".formatted(measured.what(), show(measured.median()), measured.unit()));
    if (measured.least() != measured.most()) {
      line.append(" (%s to %s)".formatted(show(measured.least()), show(measured.most())));
    }
    if (measured.limit() > 0) {
      line.append(
          String.format(
              Locale.ROOT,
              ", %.2f of the limit %s (%s)",
              measured.ofLimit(),
              show(measured.limit()),
              measured.limitedBy()));
    }
    io.out().println(line);
    io.out().flush();
  }

  private static String show(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
  }

  private static void write(JsonGenerator out, Measurement measured) throws IOException {
    out.writeStringField("what", measured.what());
    out.writeNumberField("median", measured.median());
    out.writeNumberField("least", measured.least());
    out.writeNumberField("most", measured.most());
    out.writeStringField("unit", measured.unit());
    if (measured.limit() > 0) {
      out.writeNumberField("limit", measured.limit());
      out.writeStringField("limited_by", measured.limitedBy());
      out.writeNumberField("of_limit", measured.ofLimit());
    }
  }
}
