package drover.steering.search;

import drover.steering.python.PythonNumbers;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** An analysis as text, laid out as Python's {@code json.dump} with an indent of 2 does. */
final class AnalysisJson {
  private static final String INDENT = "  ";

  private AnalysisJson() {}

  static String of(Analysis analysis) {
    ConditionPoint point = analysis.point();
    SequencedMap<String, Object> summary = new LinkedHashMap<>();
    summary.put("best_layers", point.layers());
    summary.put("best_threshold", point.threshold());
    summary.put("best_direction", point.thresholdIs());
    summary.put("best_f1_score", point.quality().f1());
    summary.put("analysis", details(analysis));
    summary.put("margin", point.margin());
    summary.put("precision", point.quality().precision());
    summary.put("recall", point.quality().recall());
    summary.put("auc", point.quality().auc());
    point
        .heldOut()
        .ifPresent(
            heldOut -> {
              summary.put("held_out_f1", heldOut.f1());
              summary.put("held_out_precision", heldOut.precision());
              summary.put("held_out_recall", heldOut.recall());
              summary.put("held_out_auc", heldOut.auc());
            });
    return value(summary, "\n");
  }

  private static SequencedMap<String, Object> details(Analysis analysis) {
    SequencedMap<String, Object> details = new LinkedHashMap<>();
    analysis
        .f1Scores()
        .forEach(
            (layers, f1Scores) -> {
              SequencedMap<String, Object> entry = new LinkedHashMap<>();
              entry.put("f1_scores", f1Scores);
              entry.put("similarities", Map.of());
              details.put(
                  layers.stream()
                      .map(String::valueOf)
                      .collect(Collectors.joining("_", "layers_", "")),
                  entry);
            });
    for (int layer : analysis.texts().layers()) {
      SequencedMap<String, Object> texts = new LinkedHashMap<>();
      texts.put("positive", list(analysis.texts().positive(layer)));
      texts.put("negative", list(analysis.texts().negative(layer)));
      details.put("layer_" + layer, Map.of("similarities", texts));
    }
    return details;
  }

  private static List<Double> list(double[] numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }

  /**
   * @param line a line break and the indentation of the line that the value begins on
   */
  private static String value(Object value, String line) {
    return switch (value) {
      case Double number -> PythonNumbers.repr(number);
      case Integer number -> number.toString();
      case List<?> list -> {
        StringJoiner items = items("[", "]", line);
        list.forEach(item -> items.add(value(item, line + INDENT)));
        yield items.toString();
      }
      case Map<?, ?> map -> {
        StringJoiner items = items("{", "}", line);
        map.forEach((key, item) -> items.add("\"" + key + "\": " + value(item, line + INDENT)));
        yield items.toString();
      }
      default -> "\"" + value + "\"";
    };
  }

  private static StringJoiner items(String open, String close, String line) {
    return new StringJoiner("," + line + INDENT, open + line + INDENT, line + close)
        .setEmptyValue(open + close);
  }
}
