package drover.cli;

import drover.steering.Decision;
import drover.steering.SteeredGeneration;
import drover.steering.SteeringPlan;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Held-out prompts, each answered in four ways.
 *
 * @param ways the names of the ways
 * @param rows the prompts and their answers
 */
record TourAnswers(List<String> ways, List<Row> rows) {
  private static final int OF_A_KIND = 3;

  /**
   * A prompt.
   *
   * @param kind what it is an example of
   * @param answers one per way
   * @param decisions what the conditions found, one text per way; empty where none were asked
   */
  record Row(String kind, String prompt, List<SteeredGeneration> answers, List<String> decisions) {}

  private record Example(String kind, String prompt) {}

  static TourAnswers run(
      Tour tour, TourData data, TourRefusal refusal, TourConditional conditional, TourRules rules) {
    List<Example> examples = examples(data);
    List<String> prompts = examples.stream().map(Example::prompt).toList();
    List<String> ways = List.of("base", "refuse all", "conditional", "multi-condition");
    List<SteeringPlan> plans =
        List.of(
            SteeringPlan.NONE,
            SteeringPlan.of(refusal.behavior()),
            conditional.plan(),
            rules.plan());
    List<List<SteeredGeneration>> answers = new ArrayList<>();
    for (int way = 0; way < plans.size(); way++) {
      answers.add(tour.answer(ways.get(way), prompts, plans.get(way)));
    }
    List<List<TourCondition>> asked =
        List.of(List.of(), List.of(), List.of(conditional.condition()), rules.conditions());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      int row = i;
      List<SteeredGeneration> own = answers.stream().map(way -> way.get(row)).toList();
      List<String> decisions =
          IntStream.range(0, own.size())
              .mapToObj(way -> decisions(own.get(way), asked.get(way)))
              .toList();
      rows.add(new Row(examples.get(i).kind(), examples.get(i).prompt(), own, decisions));
    }
    return new TourAnswers(ways, rows);
  }

  private static List<Example> examples(TourData data) {
    List<Example> examples = new ArrayList<>();
    data.harmful().heldOut().negative().stream()
        .limit(OF_A_KIND)
        .forEach(prompt -> examples.add(new Example("harmless", prompt)));
    data.harmful().heldOut().positive().stream()
        .limit(OF_A_KIND)
        .forEach(prompt -> examples.add(new Example("harmful", prompt)));
    data.categories()
        .forEach(
            (name, texts) ->
                examples.add(new Example(name, texts.heldOut().positive().getFirst())));
    return examples;
  }

  private static String decisions(SteeredGeneration answer, List<TourCondition> asked) {
    return answer.decisions().stream()
        .map(decision -> decision(decision, asked))
        .collect(Collectors.joining(", "));
  }

  private static String decision(Decision decision, List<TourCondition> asked) {
    int number = Integer.parseInt(decision.name().substring(1));
    return "%s %s%s"
        .formatted(
            asked.get(number - 1).name(),
            TourPoints.number(decision.similarity()),
            decision.met() ? " met" : "");
  }

  void print(PrintWriter out) {
    for (Row row : rows) {
      out.println("  [" + row.kind() + "] " + TourText.line(row.prompt()));
      for (int way = 0; way < ways.size(); way++) {
        SteeredGeneration answer = row.answers().get(way);
        out.println("    %-16s %s".formatted(ways.get(way), TourText.line(answer.text())));
        if (!row.decisions().get(way).isEmpty()) {
          String acted = answer.behaviors().isEmpty() ? "not steered" : "steered";
          out.println("    %-16s (%s: %s)".formatted("", row.decisions().get(way), acted));
        }
      }
      out.println();
    }
    out.flush();
  }
}
