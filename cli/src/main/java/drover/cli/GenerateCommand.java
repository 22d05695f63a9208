package drover.cli;

import drover.engine.GenerationListener;
import drover.engine.GenerationSettings;
import drover.engine.Llama;
import drover.engine.Sequence;
import drover.steering.Decision;
import drover.steering.Quirk;
import drover.steering.SteeredGeneration;
import drover.steering.SteeredGenerator;
import drover.steering.SteeredRequest;
import drover.steering.SteeringPlan;
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
  @Mixin private SteerOption steer;

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
    SteeringPlan plan = steer.read();
    modelOptions.run(model -> generate(model, prompts, settings, plan));
  }

  private void generate(
      Llama model, List<Prompt> prompts, GenerationSettings settings, SteeringPlan plan) {
    plan.warnings(model).forEach(io::notice);
    List<EncodedPrompt> encoded =
        new PromptTranslator(model, promptOptions, plan.semantics(), io).encode(prompts, 1);
    SteeredGenerator generator = new SteeredGenerator(model, settings);
    // Where only the first text of a batch is steered, every text is the first of its own.
    int size = plan.semantics().keeps(Quirk.FIRST_OF_BATCH_ONLY) ? 1 : batch;
    for (int from = 0; from < encoded.size(); from += size) {
      List<EncodedPrompt> together = encoded.subList(from, Math.min(encoded.size(), from + size));
      List<SteeredGeneration> texts = generate(model, generator, together, plan);
      for (int i = 0; i < texts.size(); i++) {
        print(from + i, together.get(i), texts.get(i));
      }
    }
  }

  private List<SteeredGeneration> generate(
      Llama model, SteeredGenerator generator, List<EncodedPrompt> prompts, SteeringPlan plan) {
    List<Sequence> sequences = new ArrayList<>();
    try {
      List<SteeredRequest> requests = new ArrayList<>();
      for (EncodedPrompt prompt : prompts) {
        sequences.add(model.newSequence());
        requests.add(new SteeredRequest(sequences.getLast(), prompt.tokens(), plan));
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

  private void print(int index, EncodedPrompt prompt, SteeredGeneration text) {
    if (json) {
      printJson(prompt, text);
    } else if (promptOptions.isSingle()) {
      io.out().println();
    } else {
      io.out().println((index == 0 ? "" : "\n") + "[" + (index + 1) + "] " + title(prompt.text()));
      io.out().println(text.generation().text());
    }
    io.out().flush();
  }

  private static String title(String prompt) {
    String line = prompt.strip().lines().findFirst().orElse("");
    return line.length() <= 100 ? line : line.substring(0, 97) + "...";
  }

  private void printJson(EncodedPrompt prompt, SteeredGeneration text) {
    new JsonLines(io.out())
        .write(
            out -> {
              out.writeStringField("prompt", prompt.text());
              JsonLines.writeIds(out, "prompt_ids", prompt.ids());
              JsonLines.writeIds(out, "ids", text.generation().ids());
              out.writeStringField("text", text.generation().text());
              out.writeStringField(
                  "finish", text.generation().finish().name().toLowerCase(Locale.ROOT));
              out.writeArrayFieldStart("conditions");
              for (Decision decision : text.decisions()) {
                out.writeStartObject();
                out.writeStringField("name", decision.name());
                out.writeNumberField("layer", decision.layer());
                out.writeNumberField("similarity", decision.similarity());
                out.writeBooleanField("met", decision.met());
                out.writeEndObject();
              }
              out.writeEndArray();
              out.writeArrayFieldStart("behaviors");
              for (String behavior : text.behaviors()) {
                out.writeString(behavior);
              }
              out.writeEndArray();
            });
  }
}
