package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.io.DroverException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayersTest {

  @Test
  void rangesIncludeBothEndsAndPartsMayMix() {
    assertThat(Layers.parse("15-17")).containsExactly(15, 16, 17);
    assertThat(Layers.parse("4")).containsExactly(4);
    assertThat(Layers.parse("9, 2-3,3")).containsExactly(2, 3, 9);
    assertThat(Layers.parse("0-0")).containsExactly(0);
    assertThat(Layers.all(3)).containsExactly(0, 1, 2);
  }

  @Test
  void whateverElseIsRefusedInOneSentence() {
    for (String text :
        List.of("", ",", "1,", "a", "-1", "3-1", "1-2-3", "1.5", "1:3", "0-99999999", "1e3")) {
      assertThatThrownBy(() -> Layers.parse(text))
          .as(text)
          .isInstanceOf(DroverException.class)
          .hasMessage("'" + text + "' is no list of layers such as 15-23 or 15,16,17");
    }
  }

  @Test
  void trainingOptionsRefuseLayersThatTheModelDoesNotHave() {
    TrainingOptions options = TrainingOptions.DEFAULT.withLayers(Layers.parse("2-3"));
    assertThat(options.layersOf(4)).containsExactly(2, 3);
    assertThatThrownBy(() -> options.layersOf(3))
        .isInstanceOf(DroverException.class)
        .hasMessage("layers [2, 3]: the model has layers 0 to 2");
    assertThat(TrainingOptions.DEFAULT.layersOf(2)).containsExactly(0, 1);
  }
}
