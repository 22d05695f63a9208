package drover.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drover.engine.io.AtomicFile;
import drover.steering.Behavior;
import drover.steering.Condition;
import drover.steering.Layers;
import drover.steering.SteeringPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Writes plans that {@link SteeringPlan#load} reads. */
final class PlanWriter {
  private static final ObjectMapper JSON = new JsonMapper();

  private PlanWriter() {}

  /**
   * Writes a plan whose behaviours add.
   *
   * @param behaviors the vector's file of each behaviour, relative to the plan
   * @param conditions that of each condition
   */
  static void write(Path file, SteeringPlan plan, List<String> behaviors, List<String> conditions) {
    ObjectNode json = JSON.createObjectNode();
    ArrayNode acts = json.putArray("behaviors");
    for (int i = 0; i < behaviors.size(); i++) {
      Behavior behavior = plan.behaviors().get(i);
      acts.addObject()
          .put("vector", behaviors.get(i))
          .put("layers", Layers.show(behavior.layers()))
          .put("strength", behavior.strength())
          .put("strength_unit", behavior.unit().name().toLowerCase(Locale.ROOT))
          .put("scope", behavior.scope().toString());
    }
    ArrayNode asks = json.putArray("conditions");
    for (int i = 0; i < conditions.size(); i++) {
      Condition condition = plan.conditions().get(i);
      asks.addObject()
          .put("vector", conditions.get(i))
          .put("layers", Layers.show(condition.layers()))
          .put("threshold", condition.threshold())
          .put("comparator_threshold_is", condition.thresholdIs().toString())
          .put("mode", condition.pooled().toString())
          .put("similarity", condition.similarity().name().toLowerCase(Locale.ROOT));
    }
    ArrayNode rules = json.putArray("rules");
    plan.rules().forEach(rule -> rules.add(rule.toString()));
    json.put("semantics", plan.semantics().toString());
    AtomicFile.writeString(file, json.toPrettyString() + "\n");
  }
}
