package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.PromptEncoder;
import drover.engine.io.DroverException;
import drover.steering.TokenSpans.Range;
import drover.tokenizer.ChatTemplate;
import drover.tokenizer.Message;
import drover.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TokenSpansTest {
  private static final Tokenizer TOKENIZER = Tiny.tokenizer();
  private static final PromptEncoder ENCODER = encoder(Tiny.TEMPLATE);
  private static final List<Message> CHAT =
      List.of(
          new Message("system", "Answer in rhyme."),
          new Message("user", "Hi!"),
          new Message("assistant", "Try."),
          new Message("user", "Who are you?"));

  @Test
  void contentIsWhatMessagesSayAndUserTheLastOfTheUsers() {
    TokenSpans spans = TokenSpans.of(ENCODER, CHAT, true);
    assertThat(spans.ids()).containsExactly(ENCODER.chat(CHAT, true));
    assertThat(texts(spans, new Accumulate.Content()))
        .containsExactly("Answer in rhyme.", "Hi!", "Try.", "Who are you?");
    assertThat(texts(spans, new Accumulate.User())).containsExactly("Who are you?");
    assertThat(texts(spans, new Accumulate.Last(4))).containsExactly("ant]");
    assertThat(texts(spans, new Accumulate.All()).getFirst()).startsWith("[system]Ans");
    assertThat(texts(spans, new Accumulate.AllButFirst(3)).getFirst()).startsWith("stem]Ans");
  }

  /** Every character is a token but for the one of "]a": what is said is found to the character. */
  @Property(tries = 300)
  void whatIsSaidIsFoundToTheToken(
      @ForAll("said") String first, @ForAll("said") String second, @ForAll boolean header) {
    List<Message> messages =
        List.of(
            new Message("user", first),
            new Message("assistant", "Try."),
            new Message("user", second));
    TokenSpans spans = TokenSpans.of(ENCODER, messages, header);
    assertThat(text(spans, spans.user())).isEqualTo((second.startsWith("a") ? "]" : "") + second);
    assertThat(spans.content()).doesNotHaveDuplicates().allMatch(range -> range.length() > 0);
  }

  @Provide
  Arbitrary<String> said() {
    return Arbitraries.oneOf(
        Arbitraries.strings().withCharRange(' ', '~').withChars('\n').ofMaxLength(12),
        Arbitraries.of("Blue lamps", "quiet morning", "Blue", "s", "g", "]", "</s>", "<s>[user]"));
  }

  @Test
  void aTemplateThatTrimsOrRepeatsIsFollowed() {
    TokenSpans trimmed =
        TokenSpans.of(encoder("<s>{{ messages[0].content | trim }}</s>"), user(" a b "), true);
    assertThat(texts(trimmed, new Accumulate.User())).containsExactly("a b");
    TokenSpans twice =
        TokenSpans.of(
            encoder("<s>{{ messages[0].content }}, {{ messages[0].content }}</s>"),
            user("ab"),
            true);
    assertThat(texts(twice, new Accumulate.User())).containsExactly("ab, ab");
  }

  @Test
  void withoutTemplateATextIsTheUsersButForTheSpecialTokens() {
    PromptEncoder plain = new PromptEncoder(TOKENIZER, Optional.empty());
    TokenSpans spans = TokenSpans.of(plain, user("Hi you"), true);
    assertThat(spans.user()).isEqualTo(new Range(1, 7));
    assertThat(spans.content()).containsExactly(new Range(1, 7));
    assertThatThrownBy(() -> TokenSpans.of(plain, CHAT, true))
        .isInstanceOf(DroverException.class)
        .hasMessageContaining("no chat template");
  }

  @Test
  void aSuffixIsContentButNotTheUsers() {
    TokenSpans bare = TokenSpans.of(ENCODER, user("Hi!"), true);
    int[] whole = concat(bare.ids(), TOKENIZER.encode("Sure", false, false));
    TokenSpans spans = bare.followedBy(whole);
    assertThat(spans.ids()).isEqualTo(whole);
    assertThat(texts(spans, new Accumulate.Content())).containsExactly("Hi!", "Sure");
    assertThat(texts(spans, new Accumulate.User())).containsExactly("Hi!");
    assertThat(texts(spans, new Accumulate.SuffixOnly())).containsExactly("Sure");
  }

  /** "]" and "a" are one token together: it is no longer the conversation's. */
  @Test
  void aTokenInWhichSuffixAndConversationMeetIsTheSuffixs() {
    PromptEncoder plain = new PromptEncoder(TOKENIZER, Optional.empty());
    TokenSpans spans =
        TokenSpans.of(plain, user("b]"), true).followedBy(plain.prompt("b]an", Optional.empty()));
    assertThat(texts(spans, new Accumulate.SuffixOnly())).containsExactly("]an");
    assertThat(texts(spans, new Accumulate.User())).containsExactly("b");
  }

  @Test
  void whereNothingIsLeftToPoolThatIsSaid() {
    TokenSpans spans = TokenSpans.of(ENCODER, user(""), true);
    assertThatThrownBy(() -> spans.pooled(new Accumulate.User()))
        .isInstanceOf(DroverException.class)
        .hasMessage("accumulate is user, but a text has no tokens of that kind");
    assertThatThrownBy(() -> spans.pooled(new Accumulate.SuffixOnly()))
        .isInstanceOf(DroverException.class)
        .hasMessage("accumulate is suffix-only, but there is an empty suffix");
    List<Message> nobody = List.of(new Message("assistant", "Hi"));
    assertThatThrownBy(() -> TokenSpans.of(ENCODER, nobody, true).pooled(new Accumulate.User()))
        .isInstanceOf(DroverException.class)
        .hasMessage("accumulate is user, but no message has the role 'user'");
    assertThat(spans.pooled(new Accumulate.AllButFirst(1_000)))
        .containsExactly(new Range(spans.ids().length - 1, spans.ids().length));
  }

  private static PromptEncoder encoder(String template) {
    return new PromptEncoder(TOKENIZER, Optional.of(ChatTemplate.of(template, Map.of())));
  }

  private static List<Message> user(String said) {
    return List.of(new Message("user", said));
  }

  private static List<String> texts(TokenSpans spans, Accumulate accumulate) {
    return spans.pooled(accumulate).stream().map(range -> text(spans, range)).toList();
  }

  private static String text(TokenSpans spans, Range range) {
    return TOKENIZER.decode(Arrays.copyOfRange(spans.ids(), range.from(), range.to()), false);
  }

  private static int[] concat(int[] a, int[] b) {
    return IntStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }
}
