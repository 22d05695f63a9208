package drover.cli;

import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.io.DroverException;
import drover.steering.Behavior;
import drover.steering.SteeringPlan;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What steers a conversation, and the commands that change it. */
final class ChatSteering {
  private final Llama model;
  private final ChatSession session;
  private Optional<SteeringPlan> plan;

  /** With the plan that the session was opened with. */
  ChatSteering(Llama model, ChatSession session, Optional<SteeringPlan> plan) {
    this.model = model;
    this.session = session;
    this.plan = plan;
  }

  /** Does what a command says; what cannot be done is said and changes nothing. */
  String obey(String command, String argument) {
    try {
      return switch (command) {
        case "/steer" -> change(Optional.of(SteeringPlan.load(Path.of(argument))));
        case "/strength" -> change(Optional.of(current().withStrength(number(argument))));
        case "/unsteer" -> change(Optional.empty());
        default -> describe();
      };
    } catch (DroverException e) {
      return e.getMessage();
    } catch (InvalidPathException e) {
      return DroverException.quote(argument) + " is no file name";
    }
  }

  private String change(Optional<SteeringPlan> next) {
    Hooks hooks = next.map(p -> p.hooks(model)).orElse(Hooks.NONE);
    session.hook(hooks);
    plan = next;
    return describe();
  }

  private SteeringPlan current() {
    return plan.orElseThrow(() -> new DroverException("nothing steers; /steer PLAN begins"));
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new DroverException(DroverException.quote(text) + " is no number", e);
    }
  }

  /** Without conditions, every behavior applies to every answer. */
  private String describe() {
    if (plan.isEmpty()) {
      return "Nothing steers.";
    }
    List<String> lines = new ArrayList<>();
    for (Behavior behavior : plan.get().behaviors()) {
      lines.add(
          "B%d applies (no condition): layers %s, strength %s"
              .formatted(lines.size() + 1, behavior.layers(), behavior.strength()));
    }
    return String.join("\n", lines);
  }
}
