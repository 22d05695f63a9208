package drover.cli;

import drover.cli.TourAnswers.Row;
import drover.steering.SteeredGeneration;
import drover.steering.figures.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/** The tour as one page that needs nothing else: no script, no font, no picture of its own. */
final class TourPage {
  private static final String STYLE =
      """
      body { font: 15px/1.45 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto;
        padding: 0 1rem; color: #1c2430; }
      table { border-collapse: collapse; margin: 1rem 0; }
      th, td { border-bottom: 1px solid #d5dae1; padding: 0.3rem 0.7rem; text-align: left;
        vertical-align: top; white-space: pre-line; overflow-wrap: anywhere; }
      th { background: #f1f3f6; }
      .figures { display: flex; flex-wrap: wrap; gap: 1rem; }
      .figures svg { max-width: 100%; height: auto; border: 1px solid #d5dae1; }
      """;

  private TourPage() {}

  /**
   * The page.
   *
   * @param model which model it is of
   * @param seconds how long each part took
   */
  static String of(
      String model,
      TourRefusal refusal,
      TourConditional conditional,
      TourRules rules,
      TourAnswers answers,
      List<List<String>> seconds) {
    Html page = new Html("Drover: conditional activation steering", STYLE);
    page.element("p", model);
    page.element("h2", "Prompts and answers").table(rows(answers));
    page.element("h2", "Part I: adding a behaviour")
        .element("p", "Found: " + refusal.summary() + ".")
        .table(refusal.trials().rows())
        .table(instructions(refusal))
        .figures(svgs(TourFigures.of(refusal)));
    page.element("h2", "Part II: conditioning it")
        .table(TourPoints.table(List.of(conditional.condition())).rows())
        .table(conditional.table().rows())
        .figures(svgs(TourFigures.of(conditional)));
    page.element("h2", "Part III: conditions and rules")
        .table(TourPoints.table(rules.conditions()).rows())
        .table(rules.table().rows());
    page.element("h2", "Time").table(seconds);
    return page.finish();
  }

  private static List<String> svgs(SequencedMap<String, Figure> figures) {
    return figures.values().stream().map(Figure::toSvg).toList();
  }

  private static List<List<String>> instructions(TourRefusal refusal) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("instruction", "base", "steered"));
    for (int i = 0; i < refusal.instructions().size(); i++) {
      rows.add(
          List.of(refusal.instructions().get(i), refusal.base().get(i), refusal.steered().get(i)));
    }
    return rows;
  }

  private static List<List<String>> rows(TourAnswers answers) {
    List<List<String>> rows = new ArrayList<>();
    List<String> titles = new ArrayList<>(List.of("kind", "prompt"));
    titles.addAll(answers.ways());
    rows.add(titles);
    for (Row row : answers.rows()) {
      List<String> cells = new ArrayList<>(List.of(row.kind(), row.prompt()));
      for (int way = 0; way < answers.ways().size(); way++) {
        cells.add(cell(row.answers().get(way), row.decisions().get(way)));
      }
      rows.add(cells);
    }
    return rows;
  }

  private static String cell(SteeredGeneration answer, String decisions) {
    if (decisions.isEmpty()) {
      return answer.text().strip();
    }
    String acted = answer.behaviors().isEmpty() ? "not steered" : "steered";
    return "%s\n(%s: %s)".formatted(answer.text().strip(), decisions, acted);
  }
}
