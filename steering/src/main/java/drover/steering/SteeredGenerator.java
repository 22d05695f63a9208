package drover.steering;

import drover.engine.Generation;
import drover.engine.GenerationListener;
import drover.engine.GenerationRequest;
import drover.engine.GenerationSettings;
import drover.engine.Generator;
import drover.engine.Llama;
import drover.engine.Sequence;
import drover.engine.io.DroverException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Generates texts that are steered, any number together, each by its own plan and its own gate.
 * What else is in the batch does not change a text. It has no state of its own: many threads may
 * use it.
 */
public final class SteeredGenerator {
  private final Llama model;
  private final GenerationSettings settings;

  /** A generator for a model. */
  public SteeredGenerator(Llama model, GenerationSettings settings) {
    this.model = model;
    this.settings = settings;
  }

  /**
   * Generates the text of each request.
   *
   * @return in the order of the requests
   * @throws DroverException if a plan's vectors do not fit the model, a condition pools what a
   *     prompt does not have, or as {@link Generator#generate(List, GenerationListener)}
   */
  public List<SteeredGeneration> generate(
      List<SteeredRequest> requests, GenerationListener listener) {
    Map<SteeringPlan, PlanOnModel> plans = new HashMap<>();
    try {
      Map<Sequence, SteeredText> texts = new HashMap<>();
      List<GenerationRequest> plain = new ArrayList<>();
      for (int i = 0; i < requests.size(); i++) {
        SteeredRequest request = requests.get(i);
        PlanOnModel plan =
            plans.computeIfAbsent(planOf(i, request), p -> new PlanOnModel(p, model));
        Sequence sequence = request.sequence();
        plain.add(new GenerationRequest(sequence, request.prompt().ids(), request.past()));
        texts.put(sequence, new SteeredText(plan, sequence, request.prompt()));
      }
      List<Generation> generations =
          new Generator(model, new SteeredPasses(model, texts), settings).generate(plain, listener);
      List<SteeredGeneration> results = new ArrayList<>();
      for (int i = 0; i < requests.size(); i++) {
        SteeredText text = texts.get(requests.get(i).sequence());
        results.add(new SteeredGeneration(generations.get(i), text.decisions(), text.behaviors()));
      }
      return results;
    } finally {
      plans.values().forEach(PlanOnModel::close);
    }
  }

  private static SteeringPlan planOf(int index, SteeredRequest request) {
    boolean left = index > 0 && request.plan().semantics().keeps(Quirk.FIRST_OF_BATCH_ONLY);
    return left ? SteeringPlan.NONE : request.plan();
  }
}
