package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.io.DroverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanFileTest {
  @TempDir private Path folder;

  @BeforeEach
  void saveVector() {
    Tiny.vector(2).save(folder.resolve("v.svec"));
  }

  @Test
  void layersAreAListOrAText() throws IOException {
    SteeringPlan plan =
        SteeringPlan.load(
            file(
                """
                {"behaviors": [{"vector": "v.svec", "layers": "0-1", "strength": 1.5},
                               {"vector": "v", "layers": [2], "strength": -3}],
                 "semantics": "reference"}
                """));
    assertThat(plan.semantics()).isEqualTo(Semantics.REFERENCE);
    assertThat(plan.behaviors()).extracting(Behavior::strength).containsExactly(1.5, -3.0);
    assertThat(plan.behaviors().get(0).layers()).containsExactly(0, 1);
    assertThat(plan.behaviors().get(1).layers()).containsExactly(2);
  }

  @Test
  void withoutSemanticsAPlanIsCorrected() throws IOException {
    assertThat(SteeringPlan.load(file(plan("v", "[0]", "1"))).semantics())
        .isEqualTo(Semantics.CORRECTED);
  }

  @Test
  void badPlansAreRefusedInOneSentence() throws IOException {
    refused("", "must hold one JSON object");
    refused("{}", "behaviors must be a list of at least one behavior");
    refused("{\"behaviors\": []}", "behaviors must be a list of at least one behavior");
    refused("{\"behaviors\": [5]}", "a behavior is '5', not an object");
    refused("{\"behaviours\": []}", "the plan has the unknown key 'behaviours'");
    refused("{\"behaviors\": [{\"scale\": 1}]}", "a behavior has the unknown key 'scale'");
    refused("{\"behaviors\": [{\"layers\": [0]}]}", "a behavior's vector is nothing, not a file");
    refused(plan("", "[0]", "1"), "is a folder, but a file was expected");
    refused(plan("none", "[0]", "1"), "none.svec does not exist");
    refused(plan("a\\u0000b", "[0]", "1"), "which names no file");
    refused(plan("v", "[0]", "\"1\""), "a behavior's strength is '1', not a number");
    refused(plan("v", "[0]", "1e999"), "strength is Infinity, but must be a number");
    refused(plan("v", "[0]", "1e39"), "strength is 1.0E39, but must be a number");
    refused(plan("v", "[0]", "NaN"), "is not valid JSON");
    refused(plan("v", "[7]", "1"), "layer 7 is to be steered, but the vector has layers 0-2");
    refused(plan("v", "[-1]", "1"), "'-1' is no layer");
    refused(plan("v", "[1.5]", "1"), "'1.5' is no layer");
    refused(plan("v", "[99999999999]", "1"), "'99999999999' is no layer");
    refused(plan("v", "[]", "1"), "layers is an array, but must be a list such as");
    refused(plan("v", "{\"a\": 0}", "1"), "layers is an object, but must be a list such as");
    refused(plan("v", "0", "1"), "layers is '0', but must be a list such as");
    refused(plan("v", "\"0-\"", "1"), "'0-' is no list of layers");
    String good = plan("v", "[0]", "1");
    String open = good.substring(0, good.length() - 1);
    refused(open + ", \"semantics\": \"paper\"}", "unknown semantics 'paper'");
    refused(open + ", \"semantics\": 5}", "semantics is '5', not a name");
  }

  private static String plan(String vector, String layers, String strength) {
    return "{\"behaviors\": [{\"vector\": \"%s\", \"layers\": %s, \"strength\": %s}]}"
        .formatted(vector, layers, strength);
  }

  private void refused(String json, String sentence) throws IOException {
    Path file = file(json);
    assertThatThrownBy(() -> SteeringPlan.load(file))
        .as(json)
        .isInstanceOf(DroverException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(sentence);
  }

  private Path file(String json) throws IOException {
    return Files.writeString(folder.resolve("plan.json"), json);
  }
}
