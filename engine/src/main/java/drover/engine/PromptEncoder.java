package drover.engine;

import drover.engine.io.DroverException;
import drover.tokenizer.ChatTemplate;
import drover.tokenizer.Message;
import drover.tokenizer.Span;
import drover.tokenizer.Tokenizer;
import drover.tokenizer.TokenizerException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Turns prompts into token ids the way a model expects them: through its chat template where it has
 * one. The ids are those of HuggingFace's {@code apply_chat_template}, but for one thing: what is
 * said in a message never becomes a special token, even where it spells one out.
 *
 * <pre>{@code
 * PromptEncoder encoder = PromptEncoder.of(model);
 * int[] prompt = encoder.prompt("What is the capital of France?", Optional.empty());
 * int[] chat = encoder.chat(List.of(new Message("user", "Hello!")), true);
 * }</pre>
 *
 * Immutable and safe for use by many threads.
 */
public final class PromptEncoder {
  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> template;
  private final boolean parseSpecial;

  /** An encoder for a tokenizer and, if there is one, a chat template. */
  public PromptEncoder(Tokenizer tokenizer, Optional<ChatTemplate> template) {
    this(tokenizer, template, false);
  }

  private PromptEncoder(
      Tokenizer tokenizer, Optional<ChatTemplate> template, boolean parseSpecial) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.parseSpecial = parseSpecial;
  }

  /**
   * The encoder of a model; reads its chat template.
   *
   * @throws DroverException if the model has no tokenizer, or one or a chat template that is not
   *     supported
   */
  public static PromptEncoder of(Llama model) {
    Tokenizer tokenizer =
        model
            .tokenizer()
            .orElseThrow(
                () ->
                    new DroverException(
                        "model folder %s has no tokenizer.json: it takes token ids, but no text"
                            .formatted(model.folder().path())));
    return new PromptEncoder(tokenizer, explained(() -> ChatTemplate.load(model.folder().path())));
  }

  /**
   * The same encoder for text that is trusted: special tokens that it spells out become those
   * tokens, as HuggingFace has it.
   */
  public PromptEncoder parsingSpecialTokens() {
    return new PromptEncoder(tokenizer, template, true);
  }

  /** The tokenizer. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Whether the model has a chat template. */
  public boolean hasChatTemplate() {
    return template.isPresent();
  }

  /**
   * What a user says, for the model to answer: through the chat template, or, without one, as text
   * with the special tokens that the tokenizer puts around every text.
   *
   * @param system the system message; where empty, the template may have its own
   * @throws DroverException if there is a system message but no chat template, or the template
   *     fails
   */
  public int[] prompt(String text, Optional<String> system) {
    if (!hasChatTemplate() && system.isEmpty()) {
      return explained(() -> tokenizer.encode(text, true, parseSpecial));
    }
    List<Message> messages = new ArrayList<>();
    system.ifPresent(content -> messages.add(new Message("system", content)));
    messages.add(new Message("user", text));
    return chat(messages, true);
  }

  /** A text as it is, without chat template or special tokens. */
  public int[] plain(String text) {
    return explained(() -> tokenizer.encode(text, false, parseSpecial));
  }

  /**
   * A conversation.
   *
   * @param addGenerationPrompt whether to add what tells the model that it is its turn
   * @throws DroverException if there is no chat template, or it fails
   */
  public int[] chat(List<Message> messages, boolean addGenerationPrompt) {
    return encode(render(messages, addGenerationPrompt));
  }

  /**
   * A rendered conversation as token ids. No special token is added: the template writes out all
   * that there are.
   */
  public int[] encode(Rendering rendering) {
    List<Span> literal = parseSpecial ? List.of() : rendering.literal();
    return explained(() -> tokenizer.encode(rendering.text(), false, literal));
  }

  /**
   * A conversation as the chat template writes it.
   *
   * @param addGenerationPrompt whether to add what tells the model that it is its turn
   * @throws DroverException if there is no chat template, or it fails
   */
  public Rendering render(List<Message> messages, boolean addGenerationPrompt) {
    ChatTemplate present =
        template.orElseThrow(
            () -> new DroverException("the model has no chat template, so it takes no messages"));
    return explained(
        () -> {
          String text = present.render(messages, addGenerationPrompt);
          if (parseSpecial || messages.stream().noneMatch(this::spellsSpecialToken)) {
            return new Rendering(text, List.of());
          }
          List<Message> marked =
              IntStream.range(0, messages.size())
                  .mapToObj(i -> new Message(messages.get(i).role(), Marks.mark(i)))
                  .toList();
          String outline = present.render(marked, addGenerationPrompt);
          return new Rendering(text, Marks.find(text, outline, messages));
        });
  }

  private boolean spellsSpecialToken(Message message) {
    int[] ids = tokenizer.encode(message.content(), false, true);
    return Arrays.stream(ids).anyMatch(tokenizer::isSpecial);
  }

  private static <T> T explained(Supplier<T> work) {
    try {
      return work.get();
    } catch (TokenizerException e) {
      throw new DroverException(e.getMessage(), e);
    }
  }

  /**
   * A text of several hands.
   *
   * @param text the whole text, special tokens written out
   * @param literal the parts in which nothing is a special token
   */
  public record Rendering(String text, List<Span> literal) {
    /** Keeps a copy of the list. */
    public Rendering {
      literal = List.copyOf(literal);
    }

    /** With more text behind, in which nothing is a special token. */
    public Rendering followedBy(String more) {
      List<Span> spans = new ArrayList<>(literal);
      spans.add(new Span(text.length(), text.length() + more.length()));
      return new Rendering(text + more, spans);
    }
  }

  /**
   * Finds what was said within a rendered conversation, by the outline: the same conversation
   * rendered with a mark in place of each message's content.
   */
  private static final class Marks {
    // Private-use characters, which no template has.
    private static final char BEGIN = '\uE0D0';
    private static final char END = '\uE0D1';

    static String mark(int message) {
      return BEGIN + Integer.toString(message) + END;
    }

    static List<Span> find(String text, String outline, List<Message> messages) {
      List<Span> spans = new ArrayList<>();
      int inText = 0;
      int inOutline = 0;
      for (int begin = next(outline, 0); ; begin = next(outline, inOutline)) {
        String own = outline.substring(inOutline, begin);
        if (!text.startsWith(own, inText)) {
          throw changed();
        }
        inText += own.length();
        if (begin == outline.length()) {
          break;
        }
        int end = outline.indexOf(END, begin);
        String content = messages.get(Integer.parseInt(outline, begin + 1, end, 10)).content();
        inOutline = end + 1;
        String behind = outline.substring(inOutline, next(outline, inOutline));
        int length = length(text, inText, content, behind);
        spans.add(new Span(inText, inText + length));
        inText += length;
      }
      if (inText != text.length()) {
        throw changed();
      }
      return spans;
    }

    private static int next(String outline, int from) {
      int begin = outline.indexOf(BEGIN, from);
      return begin < 0 ? outline.length() : begin;
    }

    /** The length of the content as it stands in the text: many templates trim it. */
    private static int length(String text, int at, String content, String behind) {
      for (String form :
          List.of(content, content.stripTrailing(), content.stripLeading(), content.strip())) {
        if (text.startsWith(form, at) && text.startsWith(behind, at + form.length())) {
          return form.length();
        }
      }
      throw changed();
    }

    private static DroverException changed() {
      return new DroverException(
          "a message spells out a special token, and the chat template changes it so that the"
              + " template's own tokens cannot be told from it");
    }
  }
}
