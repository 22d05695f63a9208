package drover.cli;

import drover.steering.SteeringPlan;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --steer}, for commands that generate. */
final class SteerOption {
  @Option(
      names = "--steer",
      paramLabel = "PLAN.json",
      description = "Steer as a plan says: which vectors, at which layers, under which conditions.")
  private Path plan;

  /** Reads the plan and its vectors; without one, nothing steers. */
  SteeringPlan read() {
    return plan == null ? SteeringPlan.NONE : SteeringPlan.load(plan);
  }
}
