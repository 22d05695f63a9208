package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.Llama;
import drover.engine.io.DroverException;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VectorFitTest {
  private final Llama model = Tiny.model();
  private final String fingerprint = model.folder().fingerprint();

  @AfterEach
  void closeModel() {
    model.close();
  }

  @Test
  void nothingIsSaidOfAVectorOfTheModelItself() {
    assertThat(check(from("llama", fingerprint, Tiny.LAYERS))).isEmpty();
  }

  @Test
  void nothingIsSaidOfAVectorThatDoesNotSayWhereItComesFrom() {
    assertThat(check(Tiny.vector(1))).isEmpty();
  }

  @Test
  void anotherWidthIsRefusedWithBothWidths() {
    SteeringVector narrow = vector(0, new float[] {1, 2}, Provenance.ofModelType("llama"));
    assertThatThrownBy(() -> check(narrow))
        .isInstanceOf(DroverException.class)
        .hasMessage("the vector is 2 wide, but the model's residual stream is 64");
  }

  @Test
  void aLayerThatTheModelDoesNotHaveIsRefused() {
    SteeringVector deep = vector(3, new float[Tiny.WIDTH], Provenance.ofModelType("llama"));
    assertThatThrownBy(() -> VectorFit.check(deep, Layers.parse("1-3"), "steered", model))
        .isInstanceOf(DroverException.class)
        .hasMessage("layer 3 is to be steered, but the model has layers 0 to 2");
  }

  @Test
  void anotherTypeOrDepthIsWarnedAboutWithBoth() {
    assertThat(check(from("mistral", "other", 32)))
        .containsExactly(
            "the vector comes from a model of type 'mistral', but this one is of type 'llama'",
            "the vector comes from a model of 32 layers, but this one has 3");
  }

  @Test
  void anotherModelOfTheSameShapeIsWarnedAbout() {
    assertThat(check(from("llama", "other", Tiny.LAYERS)))
        .containsExactly(
            "the vector comes from another model of this shape (fingerprint 'other', but this"
                + " one has '"
                + fingerprint
                + "'), so strengths and thresholds may not carry over");
  }

  @Test
  void aLayerBeyondTheModelTellsOfAnotherDepthEvenWhereItIsNotUsed() {
    SteeringVector deep = vector(7, new float[Tiny.WIDTH], Provenance.ofModelType("llama"));
    assertThat(check(deep))
        .containsExactly(
            "the vector has a direction for layer 7, so it comes from a deeper model than this"
                + " one of 3 layers");
  }

  private List<String> check(SteeringVector vector) {
    return VectorFit.check(vector, Layers.parse("0"), "steered", model);
  }

  private static SteeringVector from(String type, String fingerprint, int layers) {
    Provenance provenance =
        new Provenance(
            type,
            Optional.of(fingerprint),
            OptionalInt.of(layers),
            Optional.empty(),
            new TreeMap<>(),
            new TreeMap<>(),
            Optional.empty());
    return vector(0, new float[Tiny.WIDTH], provenance);
  }

  private static SteeringVector vector(int layer, float[] direction, Provenance provenance) {
    NavigableMap<Integer, float[]> directions = new TreeMap<>();
    directions.put(layer, direction);
    return new SteeringVector(directions, new TreeMap<>(), provenance);
  }
}
