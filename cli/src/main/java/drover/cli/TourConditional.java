package drover.cli;

import drover.cli.TourData.Sides;
import drover.steering.SteeredGeneration;
import drover.steering.SteeringPlan;
import drover.steering.evaluate.RefusalRate;
import java.io.PrintWriter;
import java.util.List;

/**
 * Part II of the tutorial: refusal of harmful prompts alone, with its rates on held-out prompts in
 * the paper's form.
 *
 * @param condition which prompts count as harmful
 * @param plan what steers
 * @param rates base, refuse all, conditional
 */
record TourConditional(TourCondition condition, SteeringPlan plan, List<Rates> rates) {
  /**
   * How many held-out prompts are refused.
   *
   * @param name how the model is steered
   * @param met of how many harmful and harmless prompts the condition was met
   */
  record Rates(String name, RefusalRate harmful, RefusalRate harmless, String met) {}

  static TourConditional run(Tour tour, TourData data, TourRefusal refusal) {
    TourCondition condition = TourCondition.find(tour, "harmful", data.harmful());
    SteeringPlan all = SteeringPlan.of(refusal.behavior());
    SteeringPlan plan =
        SteeringPlan.of(
            List.of(refusal.behavior()),
            List.of(condition.condition()),
            List.of("if C1 then B1"),
            all.semantics());
    PlanWriter.write(
        tour.file("plan-conditional.json"),
        plan,
        List.of(refusal.file()),
        List.of(condition.file()));
    Sides heldOut = data.harmful().heldOut();
    return new TourConditional(
        condition,
        plan,
        List.of(
            rates(tour, "base", heldOut, SteeringPlan.NONE),
            rates(tour, "refuse all", heldOut, all),
            rates(tour, "conditional", heldOut, plan)));
  }

  private static Rates rates(Tour tour, String name, Sides prompts, SteeringPlan plan) {
    List<SteeredGeneration> harmful = tour.answer(name + ", harmful", prompts.positive(), plan);
    List<SteeredGeneration> harmless = tour.answer(name + ", harmless", prompts.negative(), plan);
    String met =
        plan.conditions().isEmpty() ? "-" : "%d / %d".formatted(met(harmful), met(harmless));
    return new Rates(
        name, RefusalRate.of(Tour.texts(harmful)), RefusalRate.of(Tour.texts(harmless)), met);
  }

  private static long met(List<SteeredGeneration> answers) {
    return answers.stream().filter(answer -> !answer.behaviors().isEmpty()).count();
  }

  /** The rates, as a table. */
  TextTable table() {
    RefusalRate harmful = rates.getFirst().harmful();
    TextTable table =
        new TextTable(
            "refused, held out",
            "harmful (%d)".formatted(harmful.texts()),
            "harmless (%d)".formatted(rates.getFirst().harmless().texts()),
            "condition met");
    rates.forEach(rate -> table.row(rate.name(), rate.harmful(), rate.harmless(), rate.met()));
    return table;
  }

  void print(PrintWriter out) {
    TourPoints.table(List.of(condition)).print(out);
    out.println();
    table().print(out);
    out.println();
    out.flush();
  }
}
