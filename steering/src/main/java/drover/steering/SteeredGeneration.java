package drover.steering;

import drover.engine.Generation;
import java.util.List;

/**
 * A generated text, and what was decided on the way.
 *
 * @param generation the text
 * @param decisions what the plan's conditions found, in the order of the plan and of their layers
 * @param behaviors the names of the behaviors that applied: B1 for a plan's first, and so on
 */
public record SteeredGeneration(
    Generation generation, List<Decision> decisions, List<String> behaviors) {
  /** Keeps copies of the lists. */
  public SteeredGeneration {
    decisions = List.copyOf(decisions);
    behaviors = List.copyOf(behaviors);
  }

  /** The text. */
  public String text() {
    return generation.text();
  }
}
