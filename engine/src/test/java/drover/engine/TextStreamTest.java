package drover.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TextStreamTest {

  @Test
  void aModelWithoutTokenizerHasEmptyTexts() {
    TextStream stream = new TextStream(Optional.empty(), List.of("x"));
    assertThat(stream.add(5)).isEmpty();
    assertThat(stream.finish()).isEmpty();
    assertThat(stream.text()).isEmpty();
    assertThat(stream.stopped()).isFalse();
  }
}
