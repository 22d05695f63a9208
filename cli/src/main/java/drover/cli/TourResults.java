package drover.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drover.engine.io.AtomicFile;
import drover.steering.Layers;
import drover.steering.evaluate.RefusalRate;
import drover.steering.search.ConditionPoint;
import drover.steering.search.Quality;
import java.nio.file.Path;
import java.util.List;

/** The numbers of the tour, for programs. */
final class TourResults {
  private static final ObjectMapper JSON = new JsonMapper();

  private TourResults() {}

  /** Writes them as one JSON object, rates from 0 to 1. */
  static void write(Path file, TourRefusal refusal, TourConditional conditional, TourRules rules) {
    ObjectNode json = JSON.createObjectNode();
    json.putObject("behavior")
        .put("layers", Layers.show(refusal.behavior().layers()))
        .put("strength", refusal.behavior().strength())
        .put("strength_unit", "difference")
        .put("scope", refusal.behavior().scope().toString());
    point(json.putObject("condition"), conditional.condition());
    ObjectNode rates = json.putObject("refused");
    for (TourConditional.Rates rate : conditional.rates()) {
      rates
          .putObject(rate.name())
          .put("harmful", rate.harmful().share())
          .put("harmless", rate.harmless().share());
    }
    ArrayNode categories = json.putArray("categories");
    List<String> names = List.copyOf(rules.rates().keySet());
    for (int i = 0; i < names.size(); i++) {
      ObjectNode category = categories.addObject().put("name", names.get(i));
      point(category, rules.conditions().get(i));
      List<RefusalRate> own = rules.rates().get(names.get(i));
      ObjectNode refused = category.putObject("refused").put("base", own.getFirst().share());
      int plan = 1;
      for (String rule : rules.plans().keySet()) {
        refused.put(rule, own.get(plan++).share());
      }
    }
    AtomicFile.writeString(file, json.toPrettyString() + "\n");
  }

  private static void point(ObjectNode json, TourCondition condition) {
    ConditionPoint point = condition.point();
    Quality heldOut = point.heldOut().orElseThrow();
    ArrayNode layers = json.putArray("layers");
    point.layers().forEach(layers::add);
    json.put("threshold", point.threshold())
        .put("comparator_threshold_is", point.thresholdIs().toString())
        .put("f1", point.quality().f1())
        .put("held_out_f1", heldOut.f1())
        .put("held_out_auc", heldOut.auc());
  }
}
