package drover.cli;

import drover.demo.DemoData;
import drover.engine.Llama;
import drover.engine.io.AtomicFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code drover demo}: the whole tutorial. */
@Command(
    name = "demo",
    description =
        "The whole tutorial on the small model, offline: a refusal behaviour, a condition for"
            + " harmful prompts, six conditions with rules, refusal rates on held-out prompts, and"
            + " a page that shows it all.")
final class DemoCommand implements Runnable {
  private static final double NANOS = 1e9;

  private final Io io;
  private final SequencedMap<String, Double> seconds = new LinkedHashMap<>();

  @Mixin private ModelOptions modelOptions;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A folder with the tutorial's four files (default: Drover's own).")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where vectors, plans, analyses, figures and index.html go (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("drover-demo");

  DemoCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    Path folder = data == null ? DemoData.data() : data;
    Tour.prepare(out);
    modelOptions.run(model -> tour(model, folder));
  }

  private void tour(Llama model, Path folder) {
    TourSizes sizes = TourSizes.of(model);
    TourData texts = TourData.read(folder, sizes);
    Tour tour = new Tour(model, sizes, out, io);
    String about = about(model);
    io.out().println(about);
    TourRefusal refusal =
        part("Part I: adding a behaviour", () -> TourRefusal.run(tour, texts), TourRefusal::print);
    TourConditional conditional =
        part(
            "Part II: conditioning it",
            () -> TourConditional.run(tour, texts, refusal),
            TourConditional::print);
    TourRules rules =
        part(
            "Part III: conditions and rules",
            () -> TourRules.run(tour, texts, refusal),
            TourRules::print);
    TourAnswers answers =
        part(
            "Held-out prompts, each answered in four ways",
            () -> TourAnswers.run(tour, texts, refusal, conditional, rules),
            TourAnswers::print);
    Path page = tour.file("index.html");
    TourFigures.write(tour, TourFigures.of(refusal));
    TourFigures.write(tour, TourFigures.of(conditional));
    TourResults.write(tour.file("results.json"), refusal, conditional, rules);
    List<List<String>> times = times();
    AtomicFile.writeString(page, TourPage.of(about, refusal, conditional, rules, answers, times));
    io.out().println();
    times.forEach(row -> io.out().println(row.get(1) + "  " + row.get(0)));
    io.out().println(page);
    io.out().flush();
  }

  private String about(Llama model) {
    return "Model: %s, %d layers, hidden size %d, on %s"
        .formatted(
            modelOptions.name(),
            model.config().layers(),
            model.config().hiddenSize(),
            Counts.of(modelOptions.threads(), "thread"));
  }

  private <T> T part(String title, Supplier<T> work, BiConsumer<T, PrintWriter> print) {
    long start = System.nanoTime();
    io.out().println("\n== " + title + "\n");
    io.out().flush();
    T result = work.get();
    print.accept(result, io.out());
    seconds.put(title, (System.nanoTime() - start) / NANOS);
    return result;
  }

  private List<List<String>> times() {
    double total = seconds.values().stream().mapToDouble(Double::doubleValue).sum();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("part", "seconds"));
    seconds.forEach((title, time) -> rows.add(List.of(title, seconds(time))));
    rows.add(List.of("in all", seconds(total)));
    return rows;
  }

  private static String seconds(double time) {
    return String.format(Locale.ROOT, "%7.1f", time);
  }
}
