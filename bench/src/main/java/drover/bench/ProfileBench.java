package drover.bench;

import drover.engine.Llama;
import drover.kernels.Device;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Which share of the time each operation of the device has. */
public final class ProfileBench implements AutoCloseable {
  private static final int ROUNDS = 3;

  private final TimedDevice device;
  private final Subject subject;
  private final EngineBench bench;

  /**
   * Opens the subject's model once more, on its device with clocks around the operations.
   *
   * @param open opens it on a device
   */
  public ProfileBench(Subject subject, Function<Device, Llama> open) {
    device = new TimedDevice(subject.model().device());
    this.subject = new Subject(open.apply(device), subject.limits(), subject.sizes());
    bench = new EngineBench(this.subject);
  }

  /** Of a long prompt, of one text's decoding, and of many texts together. */
  public List<Measurement> measure() {
    bench.warmUp();
    BenchSizes sizes = subject.sizes();
    int[] prompt = subject.ids(1, subject.prefillTokens(0));
    int decoded = subject.decodedTokens(EngineBench.SHORT_PROMPT) / 2 + 1;
    return List.of(
        profile(
            "profile prefill " + prompt.length,
            "tokens/s",
            prompt.length,
            () -> EngineBench.prefillSeconds(subject.model(), prompt)),
        profile("profile decode", "tokens/s", decoded, () -> bench.decodeSeconds(decoded)),
        profile(
            "profile batch of " + sizes.batch(),
            "new tokens/s",
            sizes.batch() * sizes.newTokens(),
            () -> bench.generateSeconds(0, sizes.batch(), sizes.newTokens())));
  }

  /** The prompt that decoding begins with counts, too. */
  private Measurement profile(String what, String unit, int tokens, Runnable work) {
    device.reset();
    double[] rates = new double[ROUNDS];
    double seconds = 0;
    for (int round = 0; round < ROUNDS; round++) {
      double took = Runs.seconds(work);
      rates[round] = tokens / took;
      seconds += took;
    }
    List<Map.Entry<String, Double>> operations = new ArrayList<>(device.seconds().entrySet());
    operations.sort(Comparator.comparingDouble(entry -> -entry.getValue()));
    Measurement profile = Measurement.of(what, unit, rates);
    double sum = 0;
    for (Map.Entry<String, Double> operation : operations) {
      sum += operation.getValue();
      profile = profile.with(operation.getKey(), operation.getValue() / seconds);
    }
    return profile.with("between operations", Math.max(0, seconds - sum) / seconds);
  }

  /** Closes the model; its device stays open. */
  @Override
  public void close() {
    subject.model().close();
  }
}
