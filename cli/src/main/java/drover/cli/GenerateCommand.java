package drover.cli;

import drover.engine.Generation;
import drover.engine.GenerationListener;
import drover.engine.GenerationRequest;
import drover.engine.GenerationSettings;
import drover.engine.Generator;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code drover generate}: answers to prompts. */
@Command(name = "generate", description = "Generate the answer to a prompt, or to many.")
final class GenerateCommand implements Runnable {
  private final Io io;

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions modelOptions;
  @Mixin private PromptOptions promptOptions;
  @Mixin private SamplingOptions sampling;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "How many prompts run together (default: ${DEFAULT-VALUE}).")
  private int batch = 8;

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  GenerateCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    if (batch < 1) {
      throw new ParameterException(
          spec.commandLine(), "--batch is " + batch + ", but must be at least 1");
    }
    GenerationSettings settings = sampling.settings(io);
    List<Prompt> prompts = promptOptions.read();
    modelOptions.run(model -> generate(model, prompts, settings));
  }

  private void generate(Llama model, List<Prompt> prompts, GenerationSettings settings) {
    List<EncodedPrompt> encoded = new PromptTranslator(model, promptOptions, io).encode(prompts, 1);
    Generator generator = new Generator(model, Hooks.NONE, settings);
    for (int from = 0; from < encoded.size(); from += batch) {
      List<EncodedPrompt> together = encoded.subList(from, Math.min(encoded.size(), from + batch));
      List<Generation> texts = generate(model, generator, together);
      for (int i = 0; i < texts.size(); i++) {
        print(from + i, together.get(i), texts.get(i));
      }
    }
  }

  private List<Generation> generate(Llama model, Generator generator, List<EncodedPrompt> prompts) {
    List<Sequence> sequences = new ArrayList<>();
    try {
      List<GenerationRequest> requests = new ArrayList<>();
      for (EncodedPrompt prompt : prompts) {
        sequences.add(model.newSequence());
        requests.add(new GenerationRequest(sequences.getLast(), prompt.ids()));
      }
      return generator.generate(requests, listener());
    } finally {
      sequences.forEach(Sequence::close);
    }
  }

  /** A single text is shown as it comes. */
  private GenerationListener listener() {
    if (json || !promptOptions.isSingle()) {
      return GenerationListener.NONE;
    }
    return (_, _, text) -> {
      io.out().print(text);
      io.out().flush();
    };
  }

  private void print(int index, EncodedPrompt prompt, Generation text) {
    if (json) {
      printJson(prompt, text);
    } else if (promptOptions.isSingle()) {
      io.out().println();
    } else {
      io.out().println((index == 0 ? "" : "\n") + "[" + (index + 1) + "] " + title(prompt.text()));
      io.out().println(text.text());
    }
    io.out().flush();
  }

  private static String title(String prompt) {
    String line = prompt.strip().lines().findFirst().orElse("");
    return line.length() <= 100 ? line : line.substring(0, 97) + "...";
  }

  private void printJson(EncodedPrompt prompt, Generation text) {
    new JsonLines(io.out())
        .write(
            out -> {
              out.writeStringField("prompt", prompt.text());
              JsonLines.writeIds(out, "prompt_ids", prompt.ids());
              JsonLines.writeIds(out, "ids", text.ids());
              out.writeStringField("text", text.text());
              out.writeStringField("finish", text.finish().name().toLowerCase(Locale.ROOT));
              out.writeArrayFieldStart("conditions");
              out.writeEndArray();
              out.writeArrayFieldStart("behaviors");
              out.writeEndArray();
            });
  }
}
