package drover.cli;

import drover.engine.Llama;
import drover.engine.PromptEncoder;
import drover.engine.io.DroverException;
import drover.steering.PromptTokens;
import drover.steering.Semantics;
import drover.tokenizer.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes prompts ready for a model. The tokenizer is touched only when a prompt needs one: a model
 * folder without one still takes ready ids.
 */
final class PromptTranslator {
  private final Llama model;
  private final PromptOptions options;
  private final Semantics semantics;
  private final Io io;
  private PromptEncoder encoder;

  PromptTranslator(Llama model, PromptOptions options, Semantics semantics, Io io) {
    this.model = model;
    this.semantics = semantics;
    this.options = options;
    this.io = io;
  }

  /**
   * All prompts as ids.
   *
   * @param room how many tokens of the context must stay free
   * @throws DroverException naming the first prompt that cannot be used
   */
  List<EncodedPrompt> encode(List<Prompt> prompts, int room) {
    List<EncodedPrompt> encoded = new ArrayList<>();
    for (Prompt prompt : prompts) {
      EncodedPrompt ready = encode(prompt);
      checkLength(ready, room);
      encoded.add(ready);
    }
    return encoded;
  }

  private void checkLength(EncodedPrompt prompt, int room) {
    int context = model.config().maxPositions();
    if (prompt.tokens().length() == 0) {
      throw new DroverException(prompt.origin() + ": the prompt is empty: it has no tokens");
    }
    if (prompt.tokens().length() > context - room) {
      throw new DroverException(
          "%s: the prompt has %d tokens, but the model's context is %d%s"
              .formatted(
                  prompt.origin(),
                  prompt.tokens().length(),
                  context,
                  room == 0 ? "" : ", and at least " + room + " must be left for the answer"));
    }
  }

  private EncodedPrompt encode(Prompt prompt) {
    try {
      return switch (prompt) {
        case Prompt.Ids(String origin, int[] ids) ->
            new EncodedPrompt(origin, decode(ids), PromptTokens.ofIds(ids));
        case Prompt.Text(String origin, String text) ->
            new EncodedPrompt(origin, text, encode(text));
        case Prompt.Conversation(String origin, List<Message> messages) -> {
          PromptTokens tokens = encode(messages);
          yield new EncodedPrompt(origin, decode(tokens.ids()), tokens);
        }
      };
    } catch (DroverException e) {
      throw new DroverException(prompt.origin() + ": " + e.getMessage(), e);
    }
  }

  private PromptTokens encode(String text) {
    return options.isRaw()
        ? PromptTokens.plain(encoder(), text)
        : encode(List.of(new Message("user", text)));
  }

  private PromptTokens encode(List<Message> messages) {
    if (options.isRaw()) {
      throw new DroverException("messages need the chat template, which --raw leaves out");
    }
    boolean ownSystem = messages.stream().anyMatch(m -> m.role().equals("system"));
    if (options.system().isPresent() && ownSystem) {
      throw new DroverException("the prompt has a system message, and so has --system");
    }
    List<Message> all = new ArrayList<>();
    options.system().ifPresent(content -> all.add(new Message("system", content)));
    all.addAll(messages);
    return PromptTokens.of(encoder(), all, semantics);
  }

  private String decode(int[] ids) {
    for (int id : ids) {
      if (id < 0 || id >= model.config().vocabSize()) {
        throw new DroverException(
            "token id %d is outside the model's vocabulary of %d"
                .formatted(id, model.config().vocabSize()));
      }
    }
    return model.tokenizer().map(tokenizer -> tokenizer.decode(ids, false)).orElse("");
  }

  private PromptEncoder encoder() {
    if (encoder == null) {
      encoder = PromptEncoder.of(model);
      if (!encoder.hasChatTemplate() && !options.isRaw()) {
        io.notice(
            "The model has no chat template: prompts are taken as plain text, for it to continue.");
      }
    }
    return encoder;
  }
}
