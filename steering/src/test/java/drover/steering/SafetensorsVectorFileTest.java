package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.io.DroverException;
import drover.engine.safetensors.ElementType;
import drover.engine.safetensors.SafetensorsFile;
import drover.engine.safetensors.SafetensorsWriter;
import drover.engine.safetensors.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsVectorFileTest {
  @TempDir private Path folder;
  private Path file;
  private Map<String, String> metadata;

  @BeforeEach
  void write() {
    file = folder.resolve("v.safetensors");
    FullVector.of(1).save(file);
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      metadata = new HashMap<>(tensors.metadata());
    }
  }

  @Test
  void everythingIsReadBackToTheBit() {
    SteeringVector vector = FullVector.of(1);
    SteeringVector loaded = SteeringVector.load(file);
    FullVector.expectSameDirections(loaded, vector);
    assertThat(loaded.explainedVariances()).isEqualTo(vector.explainedVariances());
    assertThat(loaded.provenance()).isEqualTo(vector.provenance());
  }

  @Test
  void whatIsNotKnownStaysSo() {
    SteeringVector vector = Tiny.vector(1);
    vector.save(file);
    SteeringVector loaded = SteeringVector.load(file);
    FullVector.expectSameDirections(loaded, vector);
    assertThat(loaded.provenance()).isEqualTo(vector.provenance());
  }

  @Test
  void otherProgramsFindTensorsAndTextsByName() {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      assertThat(tensors.names()).containsExactly("direction.0", "direction.1", "direction.2");
      assertThat(tensors.info("direction.1"))
          .isEqualTo(TensorInfo.of("direction.1", ElementType.F32, Tiny.WIDTH));
    }
    assertThat(metadata)
        .containsEntry("format", "drover.steering_vector")
        .containsEntry("format_version", "1")
        .containsEntry("layers", "0-2")
        .containsEntry("hidden", "64")
        .containsEntry(
            "hook_points", "{\"0\": \"resid_post\", \"1\": \"resid_post\", \"2\": \"final_norm\"}")
        .containsEntry("model_type", "llama")
        .containsEntry("model_layers", "3")
        .containsEntry("method", "pca_center")
        .containsEntry("accumulate", "all-but-first:2")
        .containsEntry("semantics", "corrected+last_layer_after_final_norm")
        .containsEntry("unit_rows", "true")
        .containsEntry("pairs", "123")
        .containsEntry("difference_norms", "{\"2\": 0.10000000000000002}")
        .containsEntry(
            "condition_point",
            "{\"layers\": [1, 2], \"threshold\": 0.04299999999999999, \"comparator_threshold_is\":"
                + " \"smaller\", \"margin\": 1.0E-17, \"f1\": 0.3333333333333333, \"precision\":"
                + " 0.25, \"recall\": 1.0, \"auc\": 0.99, \"held_out_f1\": 0.6666666666666666,"
                + " \"held_out_precision\": 0.125, \"held_out_recall\": 0.5, \"held_out_auc\":"
                + " 0.0}");
  }

  @Test
  void metadataThatAreMissingOrMalformedAreRefused() throws IOException {
    for (String key : List.of("layers", "hidden", "hook_points", "model_type", "format_version")) {
      refused(key, null, "its metadata lack " + key);
    }
    for (String key :
        List.of("method", "accumulate", "semantics", "unit_rows", "pairs", "residual_norms")) {
      refused(key, null, "its metadata lack " + key);
    }
    refused(
        "format", null, "it is safetensors, but no steering vector: its metadata have no format");
    refused(
        "format", "pt", "it is safetensors, but no steering vector: its metadata have no format");
    refused("format_version", "2", "format_version is '2', but only 1 is read");
    refused("layers", "x", "layers: 'x' is no list of layers");
    refused("layers", "0-1", "tensor 'direction.2' is no direction of the layers it names");
    refused("layers", "0-3", "hook_points gives layer 3 as 'null', but resid_post was expected");
    refused("hidden", "63", "tensor direction.0 is F32 [64], but F32 [63] was expected");
    refused("hidden", "-1", "hidden: '-1' is no whole number above 0");
    refused(
        "hook_points", "[]", "hook_points: it must hold one JSON object, but an array was found");
    refused(
        "hook_points",
        "{\"0\": \"attn_out\"}",
        "hook_points gives layer 0 as 'attn_out', but resid_post was expected");
    refused("model_layers", "30x", "model_layers: '30x' is no whole number above 0");
    refused("method", "ica", "method: unknown method 'ica'");
    refused("accumulate", "some", "accumulate: accumulate is 'some', but must be");
    refused("semantics", "paper", "semantics: unknown semantics 'paper'");
    refused("unit_rows", "yes", "unit_rows: 'yes' is neither true nor false");
    refused("pairs", "99999999999", "pairs: '99999999999' is no whole number above 0");
    refused("residual_norms", "{\"0\": -1}", "the residual norm of layer 0 is -1.0");
    refused("residual_norms", "{\"0\": 1e999}", "the residual norm of layer 0 is Infinity");
    refused(
        "residual_norms", "{\"x\": 1}", "residual_norms: it has the key 'x', which is no layer");
    refused("explained_variances", "{", "explained_variances: it is not valid JSON");
    refused("condition_point", "{}", "condition_point: layers is nothing, not a list of layers");
    refused(
        "condition_point",
        "{\"layers\": [1], \"threshold\": \"x\", \"comparator_threshold_is\": \"larger\"}",
        "condition_point: threshold is 'x', not a number");
  }

  @Test
  void tensorsOfAnotherKindAreRefused() {
    metadata.put("layers", "0");
    writeTensor(TensorInfo.of("direction.0", ElementType.F16, Tiny.WIDTH));
    refused("tensor direction.0 is F16 [64], but F32 [64] was expected");
    writeTensor(TensorInfo.of("direction.0", ElementType.F32, 1, Tiny.WIDTH));
    refused("tensor direction.0 is F32 [1, 64], but F32 [64] was expected");
    writeTensor(TensorInfo.of("direction.1", ElementType.F32, Tiny.WIDTH));
    refused("it names layer 0, but has no tensor direction.0");
  }

  @Test
  @Timeout(300)
  void aMutatedFileLoadsOrIsRefusedInOneSentence(TestReporter reporter) throws IOException {
    FullVector.narrow(1).save(file);
    byte[] valid = Files.readAllBytes(file);
    int structure = valid.length - Tiny.LAYERS * FullVector.NARROW * Float.BYTES;
    Mutations mutations =
        new Mutations(
            valid,
            structure,
            List.of(
                "\"direction.1\":{\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[0,32]},",
                "\"layers\":\"0-2\",",
                "0-9999",
                "0,0,0,0-10000",
                "1e999",
                "\\\"",
                "-1",
                "99999999999999999999",
                "null",
                "{",
                "}",
                "[",
                "\0",
                "NaN"));
    int loaded = mutations.tryAll(folder.resolve("m.safetensors"), 7, SteeringVector::load);
    reporter.publishEntry("mutations", Mutations.COUNT + ", of which load " + loaded);
    assertThat(loaded).isBetween(1, Mutations.COUNT - 1);
  }

  private void refused(String key, String value, String sentence) throws IOException {
    Map<String, String> changed = new HashMap<>(metadata);
    changed.remove(key);
    if (value != null) {
      changed.put(key, value);
    }
    SteeringVector vector = FullVector.of(1);
    List<TensorInfo> tensors =
        vector.directions().keySet().stream()
            .map(layer -> TensorInfo.of("direction." + layer, ElementType.F32, Tiny.WIDTH))
            .toList();
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors, changed)) {
      vector.directions().forEach((layer, d) -> writer.append("direction." + layer, d));
      writer.commit();
    }
    refused(sentence);
  }

  private void refused(String sentence) {
    assertThatThrownBy(() -> SteeringVector.load(file))
        .isInstanceOf(DroverException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(sentence);
  }

  private void writeTensor(TensorInfo info) {
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, List.of(info), metadata)) {
      writer.append(info.name(), MemorySegment.ofArray(new byte[(int) info.bytes()]));
      writer.commit();
    }
  }
}
