package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.Direction;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.io.DroverException;
import drover.steering.gguf.GgufFile;
import drover.steering.gguf.GgufWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class GgufVectorFileTest {
  private static final float[] ONE = {1, 2};

  @TempDir private Path folder;

  @Test
  void directionKIsLayerK() {
    Path file = folder.resolve("v.gguf");
    SteeringVector vector = Tiny.vector(1);
    vector.save(file);
    GgufFile gguf = GgufFile.read(file);
    assertThat(gguf.texts())
        .isEqualTo(
            Map.of("general.architecture", "controlvector", "controlvector.model_hint", "llama"));
    assertThat(gguf.vectors().keySet()).containsExactly("direction.1", "direction.2");
    FullVector.expectSameBits(gguf.vectors().get("direction.1"), vector.directions().get(1));
    SteeringVector loaded = SteeringVector.load(file);
    assertThat(loaded.directions()).containsOnlyKeys(1, 2);
    assertThat(loaded.explainedVariances()).isEmpty();
    assertThat(loaded.provenance()).isEqualTo(Provenance.ofModelType("llama"));
  }

  @Test
  void whatReferenceAddsBeforeABlockIsTheDirectionOfTheBlockBefore() {
    Path file = folder.resolve("v.gguf");
    SteeringVector vector = Tiny.vector(1);
    vector.save(file, Semantics.REFERENCE);
    GgufFile gguf = GgufFile.read(file);
    assertThat(gguf.vectors().keySet()).containsExactly("direction.1");
    FullVector.expectSameBits(gguf.vectors().get("direction.1"), vector.directions().get(2));
    SteeringVector loaded = SteeringVector.load(file, Semantics.REFERENCE);
    assertThat(loaded.directions()).containsOnlyKeys(2);
  }

  /** llama.cpp and repeng add direction.N to what block N leaves behind. */
  @Test
  void addedAsLlamaCppAddsItAVectorDoesWhatItDoesInAPlan() {
    Path file = folder.resolve("v.gguf");
    SteeringVector vector = Tiny.vector(1);
    try (Llama model = Tiny.model()) {
      for (Semantics semantics : List.of(Semantics.CORRECTED, Semantics.REFERENCE)) {
        vector.save(file, semantics);
        Hooks.Builder added = Hooks.builder();
        GgufFile.read(file)
            .vectors()
            .forEach(
                (name, values) -> {
                  int block = Integer.parseInt(name.substring("direction.".length()));
                  Direction direction = model.direction(values);
                  added.on(HookPoint.RESID_POST, block, a -> a.add(direction, 3));
                });
        String layers = semantics.equals(Semantics.CORRECTED) ? "1-2" : "2";
        Behavior behavior = Behavior.of(vector, Layers.parse(layers), 3);
        SteeringPlan plan = SteeringPlan.of(List.of(behavior), List.of(), List.of(), semantics);
        Hooks hooks = added.build();
        assertThat(Steered.logits(model, hooks, hooks, 5, 6, 7, 8))
            .isDeepEqualTo(Steered.logits(model, plan, 5, 6, 7, 8));
      }
    }
  }

  @Test
  void repengsDirection0IsRead() {
    assertThat(load("controlvector", Map.of("direction.0", ONE)).directions()).containsOnlyKeys(0);
  }

  @Test
  void whatIsNoControlVectorIsRefused() {
    refused(
        "llama",
        Map.of("direction.1", ONE),
        "general.architecture is 'llama', but a control vector has 'controlvector'");
    refused("controlvector", Map.of(), "needs a direction for at least one layer");
    for (String name :
        List.of("direction", "direction.", "direction.-1", "direction.01", "direction.100000")) {
      refused("controlvector", Map.of(name, ONE), "tensor '" + name + "' is not named direction.N");
    }
    refused(
        "controlvector",
        Map.of("direction.1", ONE, "direction.2", new float[] {1}),
        "the direction of layer 2 has 1 elements where another has 2");
    Path file = folder.resolve("bad.gguf");
    GgufWriter.write(file, Map.of(), Map.of(), Map.of("direction.1", ONE));
    assertThatThrownBy(() -> SteeringVector.load(file))
        .hasMessage(file + ": it has no text general.architecture, so it is no control vector");
    GgufWriter.write(
        file,
        Map.of("general.architecture", "controlvector"),
        Map.of(),
        Map.of("direction.1", ONE));
    assertThatThrownBy(() -> SteeringVector.load(file))
        .hasMessage(file + ": it has no text controlvector.model_hint, so it is no control vector");
  }

  @Test
  @Timeout(300)
  void aMutatedFileLoadsOrIsRefusedInOneSentence(TestReporter reporter) throws IOException {
    Path file = folder.resolve("v.gguf");
    FullVector.narrow(1).save(file);
    byte[] valid = Files.readAllBytes(file);
    int structure = valid.length - (Tiny.LAYERS - 1) * FullVector.NARROW * Float.BYTES;
    Mutations mutations =
        new Mutations(
            valid,
            structure,
            List.of(
                "GGUF", "\t\0\0\0", "\b\0\0\0", "\0", "\0\0\0\0\0\0\0\0", "direction.1", "\uffff"));
    int loaded = mutations.tryAll(file, 8, SteeringVector::load);
    reporter.publishEntry("mutations", Mutations.COUNT + ", of which load " + loaded);
    assertThat(loaded).isBetween(1, Mutations.COUNT - 1);
  }

  private void refused(String architecture, Map<String, float[]> vectors, String sentence) {
    assertThatThrownBy(() -> load(architecture, vectors))
        .isInstanceOf(DroverException.class)
        .hasMessageStartingWith(folder.resolve("made.gguf") + ": ")
        .hasMessageContaining(sentence);
  }

  private SteeringVector load(String architecture, Map<String, float[]> vectors) {
    Path file = folder.resolve("made.gguf");
    Map<String, String> texts =
        Map.of("general.architecture", architecture, "controlvector.model_hint", "llama");
    GgufWriter.write(file, texts, Map.of(), vectors);
    return SteeringVector.load(file);
  }
}
