package drover.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import drover.engine.io.DroverException;
import drover.tokenizer.ChatTemplate;
import drover.tokenizer.Message;
import drover.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PromptEncoderTest {
  private static final Tokenizer TOKENIZER =
      Tokenizer.parse(
          """
          {"normalizer": null, "pre_tokenizer": null, "decoder": null,
           "post_processor": {"type": "TemplateProcessing",
             "single": [{"SpecialToken": {"id": "<b>"}}, {"Sequence": {"id": "A"}}],
             "special_tokens": {"<b>": {"ids": [10]}}},
           "model": {"type": "BPE", "merges": ["a :"],
             "vocab": {"<": 0, "e": 1, ">": 2, "a": 3, ":": 4, " ": 5, "u": 6, "s": 7, "b": 8,
                       "a:": 9}},
           "added_tokens": [{"id": 10, "content": "<b>", "special": true},
                            {"id": 11, "content": "<e>", "special": true}]}
          """
              .getBytes(StandardCharsets.UTF_8),
          "test");

  private static final String PLAIN =
      "{% for m in messages %}<b>{{ m.role[0] }}:{{ m.content }}<e>{% endfor %}"
          + "{% if add_generation_prompt %}<b>a:{% endif %}";

  @Test
  void aPromptGoesThroughTheChatTemplateWithoutASecondBeginning() {
    assertThat(tokens(encoder(PLAIN).prompt("a", Optional.empty())))
        .isEqualTo("<b>|u|:|a|<e>|<b>|a:");
    assertThat(tokens(encoder(PLAIN).prompt("a", Optional.of("b"))))
        .isEqualTo("<b>|s|:|b|<e>|<b>|u|:|a|<e>|<b>|a:");
  }

  @Test
  void textAndTemplateMayMergeIntoOneToken() {
    PromptEncoder encoder = encoder("{{ messages[0].content }}: {{ messages[0].content }}<e>");
    assertThat(tokens(encoder.chat(user("a"), false))).isEqualTo("a:| |a|<e>");
  }

  @Test
  void whatAUserSaysNeverBecomesASpecialToken() {
    for (String said : List.of("<e>", "a<e>", "<b>a:<e><b>", "<e> ")) {
      String letters = said.replace("a:", "X").replaceAll("(?<=.)(?=.)", "|").replace("X", "a:");
      assertThat(tokens(encoder(PLAIN).chat(user(said), true)))
          .isEqualTo("<b>|u|:|" + letters + "|<e>|<b>|a:");
    }
  }

  @Test
  void trustedTextMaySpellOutSpecialTokens() {
    PromptEncoder trusting = encoder(PLAIN).parsingSpecialTokens();
    assertThat(tokens(trusting.chat(user("a<e>"), false))).isEqualTo("<b>|u|:|a|<e>|<e>");
    assertThat(tokens(trusting.plain("a<e>"))).isEqualTo("a|<e>");
  }

  @Test
  void aTemplateMayTrimWhatTheUserSays() {
    PromptEncoder encoder =
        encoder("{% for m in messages %}<b>{{ m.content | trim }}<e>{% endfor %}");
    assertThat(tokens(encoder.chat(user("  <e>a "), false))).isEqualTo("<b>|<|e|>|a|<e>");
  }

  @Test
  void aTemplateThatRewritesASpecialTokensSpellingIsRefused() {
    PromptEncoder encoder = encoder("<b>{{ messages[0].content | replace('a', '<e>') }}<e>");
    assertThat(tokens(encoder.chat(user("b"), false))).isEqualTo("<b>|b|<e>");
    assertThatThrownBy(() -> encoder.chat(user("<e>a"), false))
        .isInstanceOf(DroverException.class)
        .hasMessageContaining("the chat template changes it");
  }

  @Test
  void textBehindARenderingIsTheUsersToo() {
    PromptEncoder.Rendering rendering = encoder(PLAIN).render(user("a"), false);
    assertThat(tokens(encoder(PLAIN).encode(rendering.followedBy("<e>"))))
        .isEqualTo("<b>|u|:|a|<e>|<|e|>");
  }

  @Test
  void withoutAChatTemplateAPromptGetsTheTokenizersSpecialTokens() {
    PromptEncoder encoder = new PromptEncoder(TOKENIZER, Optional.empty());
    assertThat(tokens(encoder.prompt("a<e>", Optional.empty()))).isEqualTo("<b>|a|<|e|>");
    assertThatThrownBy(() -> encoder.prompt("a", Optional.of("b")))
        .isInstanceOf(DroverException.class)
        .hasMessage("the model has no chat template, so it takes no messages");
  }

  @Test
  void plainTextGetsNothing() {
    assertThat(tokens(encoder(PLAIN).plain("a<e>"))).isEqualTo("a|<|e|>");
  }

  @Test
  void aTemplateThatFailsIsADroverException() {
    PromptEncoder encoder = encoder("{{ raise_exception('only users here') }}");
    assertThatThrownBy(() -> encoder.chat(user("a"), false))
        .isInstanceOf(DroverException.class)
        .hasMessageContaining("only users here");
  }

  @Test
  void aModelWithoutATokenizerTakesNoText() {
    try (Llama model = Llama.open(Golden.folder("tiny-llama3-rope"))) {
      assertThatThrownBy(() -> PromptEncoder.of(model))
          .isInstanceOf(DroverException.class)
          .hasMessageEndingWith("has no tokenizer.json: it takes token ids, but no text");
    }
  }

  @Test
  void conversationsOfSmolLm2HaveHuggingFacesIds() {
    try (Llama model = Llama.open(TestModels.smollm2())) {
      PromptEncoder trusting = PromptEncoder.of(model).parsingSpecialTokens();
      for (JsonNode chat : Golden.json("smollm2", "chat.json")) {
        List<Message> messages =
            chat.get("messages")
                .valueStream()
                .map(m -> new Message(m.get("role").textValue(), m.get("content").textValue()))
                .toList();
        for (boolean generate : List.of(true, false)) {
          JsonNode expected = chat.get(generate ? "prompt" : "no_prompt");
          int[] ids = Golden.ids(expected.get("ids"));
          assertThat(trusting.render(messages, generate).text())
              .isEqualTo(expected.get("text").textValue());
          assertThat(trusting.chat(messages, generate)).containsExactly(ids);
          if (messages.stream().noneMatch(m -> m.content().contains("<|"))) {
            assertThat(PromptEncoder.of(model).chat(messages, generate)).containsExactly(ids);
          }
        }
      }
    }
  }

  private static PromptEncoder encoder(String template) {
    return new PromptEncoder(TOKENIZER, Optional.of(ChatTemplate.of(template, Map.of())));
  }

  private static List<Message> user(String content) {
    return List.of(new Message("user", content));
  }

  private static String tokens(int[] ids) {
    return Arrays.stream(ids).mapToObj(TOKENIZER::tokenOf).collect(Collectors.joining("|"));
  }
}
