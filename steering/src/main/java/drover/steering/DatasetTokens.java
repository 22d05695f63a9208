package drover.steering;

import drover.engine.Llama;
import drover.engine.PromptEncoder;
import drover.engine.PromptEncoder.Rendering;
import drover.engine.io.DroverException;
import drover.tokenizer.Message;
import drover.tokenizer.Span;
import drover.tokenizer.TokenizerException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns data sets into token strings, through the model's chat template where it has one. */
final class DatasetTokens {
  private final PromptEncoder encoder;
  private final Semantics semantics;
  private final boolean parsesSpecial;
  private final boolean usesTemplate;
  private final Optional<RoleTokens> roles;
  private final Map<List<Message>, TokenSpans> conversations = new HashMap<>();
  private final Map<List<Message>, Rendering> renderings = new HashMap<>();

  private DatasetTokens(Llama model, boolean usesTemplate, Semantics semantics) {
    this.semantics = semantics;
    this.parsesSpecial = semantics.keeps(Quirk.TEXT_BECOMES_SPECIAL_TOKENS);
    PromptEncoder plain = PromptEncoder.of(model);
    this.encoder = parsesSpecial ? plain.parsingSpecialTokens() : plain;
    this.usesTemplate = usesTemplate && encoder.hasChatTemplate();
    this.roles = parsesSpecial ? Optional.of(RoleTokens.of(model.folder())) : Optional.empty();
  }

  /**
   * Encodes a data set.
   *
   * @throws DroverException if the model has no tokenizer, or its template takes no such
   *     conversation, or there is none for more than one message
   */
  static EncodedDataset encode(Llama model, SteeringDataset dataset, Semantics semantics) {
    return encode(model, List.of(dataset), semantics).getFirst();
  }

  /** Encodes several, each conversation once. */
  static List<EncodedDataset> encode(
      Llama model, List<SteeringDataset> datasets, Semantics semantics) {
    DatasetTokens templated = new DatasetTokens(model, true, semantics);
    DatasetTokens plain = new DatasetTokens(model, false, semantics);
    return datasets.stream()
        .map(dataset -> (dataset.usesChatTemplate() ? templated : plain).encode(dataset))
        .toList();
  }

  private EncodedDataset encode(SteeringDataset dataset) {
    Optional<String> positiveSystem = dataset.systemMessages().map(ContrastPair::positive);
    Optional<String> negativeSystem = dataset.systemMessages().map(ContrastPair::negative);
    List<TokenSpans> strings = new ArrayList<>();
    for (SteeringDataset.Item item : dataset.items()) {
      strings.add(encode(item.example().positive(), positiveSystem, item.suffix().positive()));
      strings.add(encode(item.example().negative(), negativeSystem, item.suffix().negative()));
    }
    return new EncodedDataset(strings, firstSuffix(dataset.suffixes()));
  }

  private TokenSpans encode(List<Message> example, Optional<String> system, String suffix) {
    List<Message> messages = new ArrayList<>();
    system.ifPresent(content -> messages.add(new Message("system", content)));
    for (Message message : example) {
      messages.add(
          roles
              .map(tokens -> new Message(message.role(), tokens.breakUp(message.content())))
              .orElse(message));
    }
    TokenSpans conversation = conversations.get(messages);
    if (conversation == null) {
      conversation = TokenSpans.of(messages, said -> ids(said, ""));
      conversations.put(List.copyOf(messages), conversation);
    }
    return suffix.isEmpty() ? conversation : conversation.followedBy(ids(messages, suffix));
  }

  private int[] ids(List<Message> messages, String suffix) {
    if (!usesTemplate) {
      String text = onlyText(messages) + suffix;
      return ids(text, true, List.of(new Span(0, text.length())));
    }
    // Behind an assistant's message there is no turn of the model to be announced.
    boolean replies = !messages.getLast().role().equals("assistant");
    boolean header = replies && !semantics.keeps(Quirk.EXTRACTS_WITHOUT_REPLY_HEADER);
    Rendering rendering =
        renderings
            .computeIfAbsent(List.copyOf(messages), said -> encoder.render(said, header))
            .followedBy(suffix);
    return ids(rendering.text(), semantics.keeps(Quirk.SECOND_BOS), rendering.literal());
  }

  private static String onlyText(List<Message> messages) {
    if (messages.size() > 1) {
      throw new DroverException(
          "an example has %d messages (system message included), which needs a chat template"
              .formatted(messages.size()));
    }
    return messages.getFirst().content();
  }

  private int[] ids(String text, boolean addSpecialTokens, List<Span> literal) {
    try {
      return encoder
          .tokenizer()
          .encode(text, addSpecialTokens, parsesSpecial ? List.of() : literal);
    } catch (TokenizerException e) {
      throw new DroverException(e.getMessage(), e);
    }
  }

  /**
   * The library counts the tokens of {@code suffixes[0][0]}: of the first positive suffix, but of
   * suffixes that are texts and no pairs only of the first character. Of none, or of its default
   * list, it takes the last token. An empty one means {@code [-0:]}, which is the whole text.
   */
  private int firstSuffix(Suffixes suffixes) {
    return switch (suffixes) {
      case Suffixes.None(), Suffixes.Default() -> 1;
      case Suffixes.Pairs(List<ContrastPair> pairs) -> length(pairs.getFirst().positive());
      case Suffixes.Same(List<String> texts) -> {
        String first = texts.getFirst();
        yield length(first.isEmpty() ? "" : first.substring(0, first.offsetByCodePoints(0, 1)));
      }
    };
  }

  private int length(String suffix) {
    return ids(suffix, false, List.of(new Span(0, suffix.length()))).length;
  }
}
