package drover.cli;

import drover.engine.io.DroverException;
import drover.steering.Behavior;
import drover.steering.Condition;
import drover.steering.Decision;
import drover.steering.Layers;
import drover.steering.SteeredGeneration;
import drover.steering.SteeringPlan;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The commands that change, or explain, what steers a conversation. */
final class ChatSteering {
  private final ChatSession session;

  ChatSteering(ChatSession session) {
    this.session = session;
  }

  /** Does what a command says; what cannot be done is said and changes nothing. */
  String obey(String command, String argument) {
    try {
      return switch (command) {
        case "/steer" -> change(SteeringPlan.load(Path.of(argument)));
        case "/strength" -> change(current().withStrength(number(argument)));
        case "/unsteer" -> change(SteeringPlan.NONE);
        default -> why();
      };
    } catch (DroverException e) {
      return e.getMessage();
    } catch (InvalidPathException e) {
      return DroverException.quote(argument) + " is no file name";
    }
  }

  private String change(SteeringPlan plan) {
    session.steer(plan);
    return plan();
  }

  private SteeringPlan current() {
    if (session.plan().behaviors().isEmpty()) {
      throw new DroverException("nothing steers; /steer PLAN begins");
    }
    return session.plan();
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new DroverException(DroverException.quote(text) + " is no number", e);
    }
  }

  /** The decisions behind the last answer, or what will steer the first. */
  private String why() {
    Optional<SteeredGeneration> last = session.last();
    if (last.isEmpty() || session.plan().behaviors().isEmpty()) {
      return plan();
    }
    List<String> lines = new ArrayList<>();
    for (Decision decision : last.get().decisions()) {
      Condition condition =
          session.plan().conditions().get(Integer.parseInt(decision.name().substring(1)) - 1);
      lines.add(
          String.format(
              Locale.ROOT,
              "%s at layer %d: similarity %.4f, threshold %s is %s: %s",
              decision.name(),
              decision.layer(),
              decision.similarity(),
              condition.threshold(),
              condition.thresholdIs(),
              decision.met() ? "met" : "not met"));
    }
    session.plan().rules().forEach(rule -> lines.add("rule: " + rule));
    List<String> applied = last.get().behaviors();
    lines.add("applied: " + (applied.isEmpty() ? "nothing" : String.join(", ", applied)));
    return String.join("\n", lines);
  }

  private String plan() {
    SteeringPlan plan = session.plan();
    if (plan.behaviors().isEmpty()) {
      return "Nothing steers.";
    }
    List<String> lines = new ArrayList<>();
    for (Behavior behavior : plan.behaviors()) {
      lines.add(
          "B%d%s: %s at layers %s, strength %s"
              .formatted(
                  lines.size() + 1,
                  plan.conditions().isEmpty() ? " applies (no condition)" : "",
                  behavior.operator().name().toLowerCase(Locale.ROOT),
                  Layers.show(behavior.layers()),
                  behavior.strength()));
    }
    int number = 0;
    for (Condition condition : plan.conditions()) {
      number++;
      lines.add(
          "C%d: the threshold %s is %s than the similarity at layers %s"
              .formatted(
                  number,
                  condition.threshold(),
                  condition.thresholdIs(),
                  Layers.show(condition.layers())));
    }
    plan.rules().forEach(rule -> lines.add("rule: " + rule));
    return String.join("\n", lines);
  }
}
