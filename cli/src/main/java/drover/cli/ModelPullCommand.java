package drover.cli;

import drover.cli.Progress.Unit;
import drover.engine.hub.HubClient;
import drover.engine.hub.HubFile;
import drover.engine.hub.HubModel;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code drover model pull}: downloads a model folder. */
@Command(
    name = "pull",
    description =
        "Download a model from a HuggingFace-compatible hub and print the folder. Only what Drover"
            + " reads is downloaded; a download that was interrupted goes on where it stopped.")
final class ModelPullCommand implements Runnable {
  private static final String PUBLIC_HUB = "https://huggingface.co";

  private final Io io;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "ORG/NAME, such as HuggingFaceTB/SmolLM2-135M-Instruct.")
  private String name;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "The folder to download into (default: the last part of NAME).")
  private Path to;

  @Option(
      names = "--revision",
      paramLabel = "R",
      description = "A branch, tag or commit (default: ${DEFAULT-VALUE}).")
  private String revision = "main";

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description = "The hub's address (default: HF_ENDPOINT, else " + PUBLIC_HUB + ").")
  private String endpoint;

  @Option(
      names = "--token",
      paramLabel = "T",
      description = "What the hub knows you by (default: HF_TOKEN, else none).")
  private String token;

  ModelPullCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    String address =
        Optional.ofNullable(endpoint).or(() -> io.variable("HF_ENDPOINT")).orElse(PUBLIC_HUB);
    Optional<String> known = Optional.ofNullable(token).or(() -> io.variable("HF_TOKEN"));
    Path folder = to == null ? Path.of(name.substring(name.lastIndexOf('/') + 1)) : to;
    HubModel model = pull(address, known, folder);
    io.notice(
        "%s: %s at %s, %s"
            .formatted(
                model.id(),
                Counts.of(model.files().size(), "file"),
                model.commit().orElse(model.revision()),
                Unit.BYTES.show(size(model))));
    io.out().println(folder);
  }

  private HubModel pull(String address, Optional<String> known, Path folder) {
    try (HubClient hub = new HubClient(address, known);
        Progress progress = new Progress(io, Unit.BYTES)) {
      return hub.pull(
          name,
          revision,
          folder,
          p -> progress.update(p.file(), p.bytes(), p.totalBytes(), p.received()));
    }
  }

  private static long size(HubModel model) {
    return model.files().stream().map(HubFile::size).mapToLong(size -> size.orElse(0)).sum();
  }
}
