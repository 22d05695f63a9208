package drover.cli;

import drover.cli.StrengthSearch.Trial;
import drover.cli.Tour.Trained;
import drover.steering.Behavior;
import drover.steering.ContrastPair;
import drover.steering.Layers;
import drover.steering.SteeringDataset;
import drover.steering.SteeringPlan;
import drover.steering.TrainingOptions;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * Part I of the tutorial: a behaviour, here refusal, added to everything.
 *
 * @param trained its vector, and what its texts look like at each layer
 * @param file the vector's file
 * @param strength how strongly it is added
 * @param instructions what was asked
 * @param base the answers without it
 * @param steered the answers with it
 */
record TourRefusal(
    Trained trained,
    String file,
    StrengthSearch.Found strength,
    List<String> instructions,
    List<String> base,
    List<String> steered) {

  static TourRefusal run(Tour tour, TourData data) {
    SteeringDataset dataset = SteeringDataset.ofQuestions(data.questions(), data.suffixes());
    Trained trained = tour.train("refusal", dataset, TrainingOptions.BEHAVIOR);
    String file = tour.save(trained.vector(), "refusal");
    List<ContrastPair> pairs = data.harmful().fit();
    int half = Math.min(pairs.size(), tour.sizes().trials() / 2);
    List<String> prompts =
        pairs.subList(0, half).stream()
            .flatMap(pair -> List.of(pair.positive(), pair.negative()).stream())
            .toList();
    StrengthSearch.Found found = StrengthSearch.search(tour, trained.vector(), prompts);
    SteeringPlan all = SteeringPlan.of(found.behavior());
    PlanWriter.write(tour.file("plan-refuse-all.json"), all, List.of(file), List.of());
    List<String> asked = data.instructions();
    return new TourRefusal(
        trained,
        file,
        found,
        asked,
        Tour.texts(tour.answer("base", asked, SteeringPlan.NONE)),
        Tour.texts(tour.answer("steered", asked, all)));
  }

  Behavior behavior() {
    return strength.behavior();
  }

  /** The strengths that were tried, as a table. */
  TextTable trials() {
    TextTable table =
        new TextTable("tokens steered", "strength", "refused", "not repetitive", "both");
    for (Trial trial : strength.trials()) {
      table.row(
          trial.scope(),
          trial.strength(),
          percent(trial.refused()),
          percent(trial.intact()),
          percent(trial.good()));
    }
    return table;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f%%", 100 * share);
  }

  /** In one line. */
  String summary() {
    return "layers %s, %s times the difference between refusing and complying texts, tokens: %s"
        .formatted(Layers.show(behavior().layers()), behavior().strength(), behavior().scope());
  }

  void print(PrintWriter out) {
    out.println("Strengths tried on training prompts:");
    trials().print(out);
    out.println("Chosen: " + summary() + ".");
    for (int i = 0; i < instructions.size(); i++) {
      out.println();
      out.println("  " + instructions.get(i));
      out.println("    base     " + TourText.line(base.get(i)));
      out.println("    steered  " + TourText.line(steered.get(i)));
    }
    out.println();
    out.flush();
  }
}
