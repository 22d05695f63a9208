package drover.cli;

import drover.engine.Generation;
import drover.engine.GenerationListener;
import drover.engine.GenerationRequest;
import drover.engine.GenerationSettings;
import drover.engine.Generator;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.PromptEncoder;
import drover.engine.Sequence;
import drover.tokenizer.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A conversation with a model. Each turn renders the whole conversation anew, and the model is run
 * only from where the token ids begin to differ from those that its cache holds.
 */
final class ChatSession implements AutoCloseable {
  private final Llama model;
  private final GenerationSettings settings;
  private final PromptEncoder encoder;
  private final Sequence sequence;
  private final List<Message> messages = new ArrayList<>();
  private Generator generator;
  private int[] cached = {};

  /** With hooks that are called in every pass. */
  ChatSession(Llama model, Hooks hooks, GenerationSettings settings) {
    this.model = model;
    this.settings = settings;
    this.encoder = PromptEncoder.of(model);
    this.generator = new Generator(model, hooks, settings);
    this.sequence = model.newSequence();
  }

  /** Whether the model has a chat template, without which there is no conversation. */
  boolean isPossible() {
    return encoder.hasChatTemplate();
  }

  /** Starts anew, with a system message if one is given. */
  void reset(Optional<String> system) {
    messages.clear();
    system.ifPresent(content -> messages.add(new Message("system", content)));
  }

  /** Calls other hooks from now on; what was said so far is run again under them. */
  void hook(Hooks hooks) {
    generator = new Generator(model, hooks, settings);
    sequence.truncate(0);
    cached = new int[0];
  }

  /** The system message, if one was given. */
  Optional<String> system() {
    return messages.stream()
        .filter(message -> message.role().equals("system"))
        .map(Message::content)
        .findFirst();
  }

  /**
   * Says something and hears the answer, which becomes part of the conversation.
   *
   * @param listener takes the answer piece by piece
   * @throws drover.engine.io.DroverException if the conversation fills the context, or the template
   *     refuses it; the conversation stays as it was
   */
  void say(String text, Consumer<String> listener) {
    messages.add(new Message("user", text));
    try {
      Generation answer = answer((_, _, piece) -> listener.accept(piece));
      messages.add(new Message("assistant", answer.text()));
    } catch (RuntimeException e) {
      messages.removeLast();
      throw e;
    }
  }

  private Generation answer(GenerationListener listener) {
    int[] ids = encoder.chat(messages, true);
    int mismatch = Arrays.mismatch(cached, ids);
    // At least the last token is run again, for its logits.
    int kept = Math.min(mismatch < 0 ? ids.length : mismatch, ids.length - 1);
    sequence.truncate(kept);
    cached = Arrays.copyOf(ids, kept);
    int[] rest = Arrays.copyOfRange(ids, kept, ids.length);
    GenerationRequest request = new GenerationRequest(sequence, rest, cached);
    Generation answer = generator.generate(List.of(request), listener).getFirst();
    cached =
        IntStream.concat(Arrays.stream(ids), Arrays.stream(answer.ids()))
            .limit(sequence.length())
            .toArray();
    return answer;
  }

  @Override
  public void close() {
    sequence.close();
  }
}
