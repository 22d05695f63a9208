package drover.cli;

import drover.engine.GenerationListener;
import drover.engine.GenerationSettings;
import drover.engine.Llama;
import drover.engine.PromptEncoder;
import drover.engine.Sequence;
import drover.steering.PromptTokens;
import drover.steering.SteeredGeneration;
import drover.steering.SteeredGenerator;
import drover.steering.SteeredRequest;
import drover.steering.SteeringPlan;
import drover.tokenizer.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A conversation with a model. Each turn renders the whole conversation anew, and the model is run
 * only from where the token ids begin to differ from those that its cache holds; a plan with
 * conditions is decided on the whole conversation, which is run whole for that.
 */
final class ChatSession implements AutoCloseable {
  private final PromptEncoder encoder;
  private final SteeredGenerator generator;
  private final Sequence sequence;
  private final List<Message> messages = new ArrayList<>();
  private SteeringPlan plan;
  private Optional<SteeredGeneration> last = Optional.empty();
  private int[] cached = {};

  /** Steered by a plan. */
  ChatSession(Llama model, SteeringPlan plan, GenerationSettings settings) {
    this.plan = plan;
    this.encoder = PromptEncoder.of(model);
    this.generator = new SteeredGenerator(model, settings);
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

  /** Steers by another plan from now on; what was said so far is run again under it. */
  void steer(SteeringPlan next) {
    plan = next;
    sequence.truncate(0);
    cached = new int[0];
  }

  /** What steers. */
  SteeringPlan plan() {
    return plan;
  }

  /** The last answer, with the decisions behind it. */
  Optional<SteeredGeneration> last() {
    return last;
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
      SteeredGeneration answer = answer((_, _, piece) -> listener.accept(piece));
      messages.add(new Message("assistant", answer.generation().text()));
      last = Optional.of(answer);
    } catch (RuntimeException e) {
      messages.removeLast();
      throw e;
    }
  }

  private SteeredGeneration answer(GenerationListener listener) {
    PromptTokens prompt = PromptTokens.of(encoder, messages, plan.semantics());
    int[] ids = prompt.ids();
    int mismatch = Arrays.mismatch(cached, ids);
    // At least the last token is run again, for its logits.
    int kept =
        plan.conditions().isEmpty()
            ? Math.min(mismatch < 0 ? ids.length : mismatch, ids.length - 1)
            : 0;
    sequence.truncate(kept);
    cached = Arrays.copyOf(ids, kept);
    SteeredRequest request = new SteeredRequest(sequence, prompt.from(kept), cached, plan);
    SteeredGeneration answer = generator.generate(List.of(request), listener).getFirst();
    cached =
        IntStream.concat(Arrays.stream(ids), Arrays.stream(answer.generation().ids()))
            .limit(sequence.length())
            .toArray();
    return answer;
  }

  @Override
  public void close() {
    sequence.close();
  }
}
