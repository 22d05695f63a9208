package drover.cli;

import drover.engine.Llama;
import drover.steering.Semantics;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code drover capture}: activations and logits of prompts, into a file. */
@Command(
    name = "capture",
    description =
        "Run prompts and write activations and logits to a safetensors file: F32 tensors named"
            + " INDEX.HOOK.LAYER, INDEX.final_norm and INDEX.logits, and I32 INDEX.ids, where INDEX"
            + " counts the prompts from 0.")
final class CaptureCommand implements Runnable {
  /** Which rows of a prompt are kept. */
  enum Rows {
    ALL,
    LAST
  }

  /** Which rows' logits are kept. */
  enum LogitChoice {
    ALL,
    LAST,
    NONE
  }

  private final Io io;

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions modelOptions;
  @Mixin private PromptOptions promptOptions;

  @Option(
      names = "--hooks",
      paramLabel = "LIST",
      description =
          "Where: hooks by TransformerLens' names with their layers, such as"
              + " resid_post:0,15-17,attn_out:3,final_norm.")
  private String hooks = "";

  @Option(
      names = "--rows",
      paramLabel = "all|last",
      description = "Which tokens' activations (default: all).")
  private Rows rows = Rows.ALL;

  @Option(
      names = "--logits",
      paramLabel = "all|last|none",
      description = "Which tokens' logits (default: none).")
  private LogitChoice logits = LogitChoice.NONE;

  @Option(names = "--out", paramLabel = "FILE", required = true, description = "The file to write.")
  private Path out;

  CaptureCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    HookList list = HookList.parse(hooks);
    if (list.isEmpty() && logits == LogitChoice.NONE) {
      throw new ParameterException(
          spec.commandLine(),
          "there is nothing to capture: give --hooks LIST or --logits all|last");
    }
    List<Prompt> prompts = promptOptions.read();
    modelOptions.run(model -> capture(model, list, prompts));
  }

  private void capture(Llama model, HookList list, List<Prompt> prompts) {
    List<EncodedPrompt> encoded =
        new PromptTranslator(model, promptOptions, Semantics.CORRECTED, io).encode(prompts, 0);
    Capture capture = new Capture(model, list.places(model.config()), rows, logits);
    try (Progress progress = new Progress(io, Progress.Unit.ITEMS)) {
      capture.run(
          encoded.stream().map(EncodedPrompt::ids).toList(),
          out,
          done -> progress.update("prompts", done, encoded.size(), done));
    }
  }
}
