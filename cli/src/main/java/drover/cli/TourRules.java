package drover.cli;

import drover.cli.TourData.Contrast;
import drover.steering.Condition;
import drover.steering.SteeringPlan;
import drover.steering.evaluate.RefusalRate;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Part III of the tutorial: a condition for each of six categories, and rules over them.
 *
 * @param conditions C1 to C6
 * @param plans by rule
 * @param rates by category, the share of held-out prompts refused without steering and by each plan
 */
record TourRules(
    List<TourCondition> conditions,
    SequencedMap<String, SteeringPlan> plans,
    SequencedMap<String, List<RefusalRate>> rates) {
  /** The tutorial's rule, and the complement of a condition, which leaves one kind of answer. */
  private static final Map<String, String> RULES = rules();

  private static Map<String, String> rules() {
    Map<String, String> rules = new LinkedHashMap<>();
    rules.put("if C5 or C6 then B1", "plan-rules.json");
    rules.put("if not C4 then B1", "plan-health-only.json");
    return rules;
  }

  static TourRules run(Tour tour, TourData data, TourRefusal refusal) {
    List<TourCondition> conditions = TourCondition.find(tour, "conditions", data.categories());
    List<Condition> asked = conditions.stream().map(TourCondition::condition).toList();
    SequencedMap<String, SteeringPlan> plans = new LinkedHashMap<>();
    RULES.forEach(
        (rule, file) -> {
          SteeringPlan plan =
              SteeringPlan.of(
                  List.of(refusal.behavior()), asked, List.of(rule), SteeringPlan.NONE.semantics());
          PlanWriter.write(
              tour.file(file),
              plan,
              List.of(refusal.file()),
              conditions.stream().map(TourCondition::file).toList());
          plans.put(rule, plan);
        });
    SequencedMap<String, List<RefusalRate>> rates = new LinkedHashMap<>();
    data.categories().forEach((name, texts) -> rates.put(name, rates(tour, name, texts, plans)));
    return new TourRules(conditions, plans, rates);
  }

  private static List<RefusalRate> rates(
      Tour tour, String name, Contrast texts, SequencedMap<String, SteeringPlan> plans) {
    List<String> prompts = texts.heldOut().positive();
    List<RefusalRate> rates = new ArrayList<>();
    rates.add(RefusalRate.of(Tour.texts(tour.answer(name, prompts, SteeringPlan.NONE))));
    plans
        .values()
        .forEach(plan -> rates.add(RefusalRate.of(Tour.texts(tour.answer(name, prompts, plan)))));
    return rates;
  }

  /** The plan of the tutorial's rule. */
  SteeringPlan plan() {
    return plans.firstEntry().getValue();
  }

  /** That rule. */
  String rule() {
    return plans.firstEntry().getKey();
  }

  /** The rates, as a table. */
  TextTable table() {
    List<String> titles = new ArrayList<>(List.of("refused, held out", "base"));
    titles.addAll(plans.keySet());
    TextTable table = new TextTable(titles.toArray(String[]::new));
    int number = 1;
    for (Map.Entry<String, List<RefusalRate>> entry : rates.entrySet()) {
      List<Object> row = new ArrayList<>();
      row.add("C%d %s (%d)".formatted(number++, entry.getKey(), entry.getValue().get(0).texts()));
      row.addAll(entry.getValue());
      table.row(row.toArray());
    }
    return table;
  }

  void print(PrintWriter out) {
    TourPoints.table(conditions).print(out);
    out.println();
    table().print(out);
    out.println();
    out.flush();
  }
}
