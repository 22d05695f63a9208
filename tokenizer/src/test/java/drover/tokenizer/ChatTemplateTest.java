package drover.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-07-04T09:05:03Z"), ZoneOffset.UTC);
  private static final Map<String, String> TOKENS = Map.of("bos_token", "<s>", "eos_token", "</s>");
  private static final List<Message> HELLO = List.of(new Message("user", "Hello!"));

  @TempDir Path folder;

  /** What Python's Jinja2 3.1, set up as transformers does, makes of templates written for this. */
  @TestFactory
  Stream<DynamicTest> templatesRenderAsWithJinja2() {
    List<Json> cases = TestFiles.jsonList("/jinja/cases.json");
    assertThat(cases).hasSizeGreaterThan(200);
    return cases.stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    Json.show(row.get("template").string()), () -> checkCase(row)));
  }

  private static void checkCase(Json row) {
    List<Message> messages =
        row.get("messages").list().stream()
            .map(m -> new Message(m.get("role").string(), m.get("content").string()))
            .toList();
    Map<String, Object> variables = new HashMap<>();
    row.get("variables").object().forEach((name, value) -> variables.put(name, value.value()));
    boolean prompt = row.get("add_generation_prompt").bool();
    String template = row.get("template").string();
    if (row.get("expected").isNull()) {
      assertThatThrownBy(
              () -> ChatTemplate.of(template, TOKENS).render(messages, prompt, variables, CLOCK))
          .isInstanceOf(TokenizerException.class)
          .hasMessageNotContaining("\n");
    } else {
      assertThat(ChatTemplate.of(template, TOKENS).render(messages, prompt, variables, CLOCK))
          .isEqualTo(row.get("expected").string());
    }
  }

  @Test
  void aFolderWithoutTemplateHasNone() throws IOException {
    assertThat(ChatTemplate.load(folder)).isEmpty();
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"bos_token\":\"<s>\"}");
    assertThat(ChatTemplate.load(folder)).isEmpty();
  }

  @Test
  void theJinjaFileGoesBeforeTheConfiguration() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"chat_template\":\"config\",\"eos_token\":{\"content\":\"</s>\"}}");
    assertThat(render()).isEqualTo("config");
    Files.writeString(
        folder.resolve("chat_template.jinja"), "{{ bos_token }}file{{ eos_token }}\n");
    Files.writeString(
        folder.resolve("special_tokens_map.json"), "{\"bos_token\":\"<b>\",\"eos_token\":\"?\"}");
    assertThat(render()).isEqualTo("<b>file</s>");
  }

  @Test
  void ofSeveralTemplatesTheDefaultIsTaken() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"chat_template\":[{\"name\":\"tool_use\",\"template\":\"t\"},"
            + "{\"name\":\"default\",\"template\":\"d\"}]}");
    assertThat(render()).isEqualTo("d");
  }

  private String render() {
    return ChatTemplate.load(folder).orElseThrow().render(HELLO, true);
  }

  @Test
  void aRefusalCarriesTheTemplatesOwnWords() {
    ChatTemplate template = ChatTemplate.of("{{ raise_exception('No system role here') }}", TOKENS);
    assertThatThrownBy(() -> template.render(HELLO, true))
        .isInstanceOf(TokenizerException.class)
        .hasMessage("chat template: the template refuses the conversation: No system role here");
  }

  @Test
  void aBrokenTemplateIsRefusedWithItsLine() {
    assertThatThrownBy(() -> ChatTemplate.of("a\n{% if x %}", TOKENS))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("line 2");
    assertThatThrownBy(() -> ChatTemplate.of("{% include 'x' %}", TOKENS))
        .hasMessageContaining("the statement 'include' is not supported here");
  }

  @ParameterizedTest
  @Timeout(60)
  @ValueSource(
      strings = {
        "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
        "{{ 'x' * 1000000000 }}",
        "{% set ns = namespace(x='x') %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{%"
            + " endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{%"
            + " endfor %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% set ns = namespace(x=[]) %}{% for i in range(90000) %}{% set ns.x = [ns.x] %}{% endfor"
            + " %}{{ ns.x }}",
        "{% set ns = namespace(x=[]) %}{% for i in range(90000) %}{% set ns.x = [ns.x] %}{% endfor"
            + " %}{{ ns.x == [[ns.x]] }}",
        "{{ range(1000000) }}",
        "{{ 9223372036854775807 + 1 }}",
        "{{ 'x'.zfill(999999999999) }}",
        "{{ 1 // 0 }}",
        "{{ 'a'.__class__.__mro__ }}",
        "{{ messages.__class__.x.y }}",
        "{{ ''.getClass().forName('java.lang.Runtime') }}",
      })
  void hostileTemplatesAreStopped(String template) {
    assertThatThrownBy(() -> ChatTemplate.of(template, TOKENS).render(HELLO, true))
        .isInstanceOf(TokenizerException.class);
  }

  @Test
  void deeplyNestedSourcesAreRefused() {
    for (String open : List.of("(", "[", "not ", "-", "{'a':", "x[", "f(")) {
      assertThatThrownBy(() -> ChatTemplate.of("{{ " + open.repeat(50_000) + " }}", TOKENS))
          .isInstanceOf(TokenizerException.class);
    }
    assertThatThrownBy(() -> ChatTemplate.of("{% if x %}".repeat(50_000), TOKENS))
        .isInstanceOf(TokenizerException.class);
    assertThatThrownBy(
            () ->
                ChatTemplate.of("{{ 1" + " + 1".repeat(50_000) + " }}", TOKENS).render(HELLO, true))
        .isInstanceOf(TokenizerException.class);
  }
}
