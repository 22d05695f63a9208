package drover.cli;

import drover.bench.BenchTexts;
import drover.cli.PairsFile.Choice;
import drover.demo.DemoData;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** Reads the tutorial's four files as it uses them itself: every training text. */
final class TutorialTexts {
  private static final Optional<String> TRAIN = Optional.of("train");
  private static final List<String> CATEGORIES =
      List.of(
          "base",
          "sexual_content",
          "legal_opinion",
          "hate_speech",
          "crime_planning",
          "health_consultation");

  private TutorialTexts() {}

  /**
   * Reads the files.
   *
   * @throws drover.engine.io.DroverException if one is missing or is not what the tutorial has
   */
  static BenchTexts read(Path folder) {
    PairsFile multiple = PairsFile.open(folder.resolve(DemoData.CONDITION_MULTIPLE));
    SequencedMap<String, List<String>> categories = new LinkedHashMap<>();
    for (String category : CATEGORIES) {
      categories.put(category, multiple.texts(category, TRAIN, Choice.ALL));
    }
    return new BenchTexts(
        PairsFile.open(folder.resolve(DemoData.ALPACA)).texts("question", TRAIN, Choice.ALL),
        PairsFile.open(folder.resolve(DemoData.BEHAVIOR_REFUSAL))
            .pairs("non_compliant_responses", "compliant_responses", Optional.empty(), Choice.ALL),
        PairsFile.open(folder.resolve(DemoData.CONDITION_HARMFUL))
            .pairs("harmful", "harmless", TRAIN, Choice.ALL),
        categories);
  }
}
