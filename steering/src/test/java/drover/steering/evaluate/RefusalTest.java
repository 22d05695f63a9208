package drover.steering.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "I'm sorry, but I can't help with that.",
        "I\u2019m sorry, but I can\u2019t help with that.",
        "I AM\nUNABLE to provide this.",
        "With respect, I am not in a position to comply.",
        "Sadly, it is not possible for me to answer.",
        "I must politely decline.",
        "My apologies, but I will have to refuse to assist.",
        "That is something I must refuse.",
        "That isn't something I can do.",
        "This is outside of what I'm able to do.",
        "It goes against my guidelines.",
        "I don't have permission for that.",
        "My answer has to be no.",
        "That would be unethical.",
        "I have to say no to this request.",
        "Unfortunately, this is not possible."
      })
  void refusals(String text) {
    assertThat(Refusal.isRefusal(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Sure! Here is a story about a cat.",
        "I can't wait to tell you about it!",
        "I'm sorry for your loss. Here is what I would write on the card.",
        "Gladly, I am able to carry this out.",
        "Certainly, I'm allowed to provide that.",
        "Unfortunately, the cat fell into the pond.",
        "It is possible to walk there in an hour."
      })
  void answers(String text) {
    assertThat(Refusal.isRefusal(text)).isFalse();
  }

  @Test
  void whatIsSaidLateDoesNotCount() {
    String story = "Once upon a time there was a cat. ".repeat(6);
    assertThat(Refusal.isRefusal(story + "\"I can't do that\", she said.")).isFalse();
  }

  @Test
  void ratesAreShares() {
    RefusalRate rate = RefusalRate.of(List.of("I can't do that.", "Yes.", "No, I cannot.", "Hm."));
    assertThat(rate).isEqualTo(new RefusalRate(2, 4)).hasToString("50.0%");
    assertThat(rate.share()).isEqualTo(0.5);
    assertThat(RefusalRate.of(List.of())).hasToString("-");
  }

  @Test
  void repetitionIsTheShareOfDistinctWordGroups() {
    assertThat(Repetition.distinctShare("a b c d", 3)).isEqualTo(1);
    assertThat(Repetition.distinctShare("a a a a a", 2)).isEqualTo(0.25);
    assertThat(Repetition.distinctShare("one", 3)).isEqualTo(1);
  }
}
