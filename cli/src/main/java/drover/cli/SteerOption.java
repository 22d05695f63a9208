package drover.cli;

import drover.engine.Hooks;
import drover.engine.Llama;
import drover.steering.SteeringPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/** {@code --steer}, for commands that generate. */
final class SteerOption {
  @Option(
      names = "--steer",
      paramLabel = "PLAN.json",
      description = "Steer as a plan says: which vectors, at which layers, how strongly.")
  private Path plan;

  /** What is done to a run. */
  record Steering(Optional<SteeringPlan> plan) {
    Hooks hooks(Llama model) {
      return plan.map(p -> p.hooks(model)).orElse(Hooks.NONE);
    }

    /** The names of the behaviors that apply, by their place in the plan: B1, B2. */
    List<String> behaviors() {
      int count = plan.map(p -> p.behaviors().size()).orElse(0);
      return IntStream.rangeClosed(1, count).mapToObj(i -> "B" + i).toList();
    }
  }

  /** Reads the plan and its vectors. */
  Steering read() {
    return new Steering(Optional.ofNullable(plan).map(SteeringPlan::load));
  }
}
