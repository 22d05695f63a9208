package drover.cli;

import drover.demo.DemoData;
import drover.engine.Llama;
import java.nio.file.Path;
import java.util.Locale;
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

  @Mixin private ModelOptions modelOptions;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A folder with the tutorial's four files (default: Drover's own).")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where vectors, plans, analyses, figures and index.html go (default: ${DEFAULT-VALUE}).")
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
    io.out().println("Model: " + model.config().layers() + " layers of " + model.config().hiddenSize());
    TourRefusal refusal =
        part(
            "Part I: adding a behaviour",
            () -> {
              TourRefusal part = TourRefusal.run(tour, texts);
              part.print(io.out());
              return part;
            });
    TourConditional conditional =
        part(
            "Part II: conditioning it",
            () -> {
              TourConditional part = TourConditional.run(tour, texts, refusal);
              part.print(io.out());
              return part;
            });
    TourRules rules =
        part(
            "Part III: conditions and rules",
            () -> {
              TourRules part = TourRules.run(tour, texts, refusal);
              part.print(io.out());
              return part;
            });
    part(
        "Prompts and answers",
        () -> {
          TourAnswers part = TourAnswers.run(tour, texts, refusal, conditional, rules);
          part.print(io.out());
          return part;
        });
  }

  private <T> T part(String title, Supplier<T> work) {
    long start = System.nanoTime();
    io.out().println();
    io.out().println("== " + title);
    io.out().flush();
    T result = work.get();
    io.out()
        .println(
            String.format(Locale.ROOT, "%s: %.1f s", title, (System.nanoTime() - start) / NANOS));
    io.out().flush();
    return result;
  }
}
