package drover.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.io.DroverException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {
  @ParameterizedTest
  @CsvSource({"135m, 134515008", "1b, 1235814400", "8b, 8030261248"})
  void hasAsManyParametersAsThePublishedModel(String name, long parameters) {
    assertThat(Shape.named(name).parameters()).isEqualTo(parameters);
  }

  @Test
  void anUnknownNameIsRefusedWithThoseThatThereAre() {
    assertThatThrownBy(() -> Shape.named("70b"))
        .isInstanceOf(DroverException.class)
        .hasMessage("there is no shape '70b'; there are 135m, 1b, 8b");
  }
}
