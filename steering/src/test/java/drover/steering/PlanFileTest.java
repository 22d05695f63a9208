package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drover.engine.io.DroverException;
import drover.steering.Provenance.Training;
import drover.steering.rules.Rule;
import drover.steering.search.ThresholdIs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PlanFileTest {
  private static final String FULL =
      """
      {"behaviors": [
         {"vector": "v.svec", "layers": "0-1", "strength": 1.5},
         {"vector": "v", "layers": [2], "strength": -3, "operator": "rotate", "scope": "after:4",
          "keep_norm": true, "norm_guard": true, "explained_variance": true},
         {"vector": "full.safetensors", "layers": [2], "strength": 1, "strength_unit": "difference"},
         {"vector": "v", "layers": [0], "operator": "ablate", "scope": "generated"}],
       "conditions": [
         {"vector": "v", "layers": [1], "threshold": 0.043, "comparator_threshold_is": "smaller",
          "mode": "last", "similarity": "cosine"},
         {"vector": "full.safetensors"}],
       "rules": ["if C1 and not C2 then B1, B2", "if C2 then B3"],
       "semantics": "corrected+flat_rules-flat_rules"}
      """;

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-1",
          "2",
          "1.5",
          "1e300",
          "1e999",
          "123456789012345678901234567890",
          "\"\"",
          "\"v\"",
          "\"full.safetensors\"",
          "\"0-2\"",
          "\"0-9999999999\"",
          "\"reference\"",
          "\"mean\"",
          "\"suffix-only\"",
          "\"ablate\"",
          "\"after:2\"",
          "\"if C2 then B4\"",
          "\"if ((((C1 then B1\"",
          "\"\\u0000\\ud800\"",
          "[]",
          "[0]",
          "[[0]]",
          "{}",
          "{\"vector\": \"v\"}");

  @TempDir private Path folder;

  @BeforeEach
  void saveVectors() {
    Tiny.vector(2).save(folder.resolve("v.svec"));
    FullVector.of(2).save(folder.resolve("full.safetensors"));
  }

  @Test
  void everyKeyIsRead() throws IOException {
    SteeringPlan plan = SteeringPlan.load(file(FULL));
    SteeringVector vector = plan.behaviors().get(0).vector();
    assertThat(plan.behaviors())
        .containsExactly(
            Behavior.of(vector, Layers.parse("0-1"), 1.5),
            Behavior.of(vector, Layers.parse("2"), -3)
                .withOperator(Operator.ROTATE)
                .withScope(new Scope.After(4))
                .withNorms(true, true)
                .withExplainedVariance(true),
            Behavior.of(plan.behaviors().get(2).vector(), Layers.parse("2"), 1)
                .withUnit(StrengthUnit.DIFFERENCE),
            Behavior.of(vector, Layers.parse("0"), 1)
                .withOperator(Operator.ABLATE)
                .withScope(new Scope.Generated()));
    assertThat(plan.conditions())
        .first()
        .isEqualTo(
            Condition.of(vector, Layers.parse("1"), 0.043, ThresholdIs.SMALLER)
                .withPooled(new Accumulate.Last(1))
                .withSimilarity(Similarity.COSINE));
    assertThat(plan.rules())
        .containsExactly(
            Rule.parse("if C1 and not C2 then B1, B2", 2, 4), Rule.parse("if C2 then B3", 2, 4));
    assertThat(plan.semantics()).isEqualTo(Semantics.CORRECTED);
  }

  @Test
  void whatIsLeftOutIsAsInTheTutorial() throws IOException {
    SteeringPlan plan = SteeringPlan.load(file(plan("v", "[0]", "1")));
    SteeringVector vector = plan.behaviors().getFirst().vector();
    assertThat(plan.behaviors()).containsExactly(Behavior.of(vector, Layers.parse("0"), 1));
    assertThat(plan.conditions()).isEmpty();
    assertThat(plan.rules()).isEmpty();
    assertThat(plan.semantics()).isEqualTo(Semantics.CORRECTED);
    Condition condition = condition("\"vector\": \"v\", \"layers\": [1], \"threshold\": 0.1");
    assertThat(condition)
        .isEqualTo(Condition.of(condition.vector(), Layers.parse("1"), 0.1, ThresholdIs.LARGER));
  }

  @Test
  void aConditionTakesFromTheVectorsPointWhatIsLeftOut() throws IOException {
    String vector = "\"vector\": \"full.safetensors\"";
    double threshold = FullVector.point().threshold();
    Condition all = condition(vector);
    assertThat(all.layers()).containsExactly(1, 2);
    assertThat(all.threshold()).isEqualTo(threshold);
    assertThat(all.thresholdIs()).isEqualTo(ThresholdIs.SMALLER);
    Condition sameLayers = condition(vector + ", \"layers\": [2, 1]");
    assertThat(sameLayers.threshold()).isEqualTo(threshold);
    Condition ownThreshold = condition(vector + ", \"threshold\": 5");
    assertThat(ownThreshold.layers()).containsExactly(1, 2);
    assertThat(ownThreshold.threshold()).isEqualTo(5);
    assertThat(ownThreshold.thresholdIs()).isEqualTo(ThresholdIs.SMALLER);
    Condition ownSide = condition(vector + ", \"comparator_threshold_is\": \"larger\"");
    assertThat(ownSide.thresholdIs()).isEqualTo(ThresholdIs.LARGER);
    Condition elsewhere = condition(vector + ", \"layers\": [0], \"threshold\": 5");
    assertThat(elsewhere.thresholdIs()).isEqualTo(ThresholdIs.LARGER);
    refused(
        conditions("{" + vector + ", \"layers\": [1]}"),
        "conditions[0].threshold is nothing, not a number, and the vector has no condition point");
  }

  @Test
  void aConditionPoolsAsItsVectorDidUnlessThePlanSaysOtherwise() throws IOException {
    String vector = "\"vector\": \"full.safetensors\"";
    assertThat(condition(vector).pooled()).isEqualTo(new Accumulate.AllButFirst(2));
    assertThat(condition(vector + ", \"mode\": \"mean\"").pooled()).isEqualTo(new Accumulate.All());
    assertThat(condition(vector + ", \"mode\": \"last\"").pooled())
        .isEqualTo(new Accumulate.Last(1));
    assertThat(condition(vector + ", \"mode\": \"3\"").pooled()).isEqualTo(new Accumulate.Last(3));
    assertThat(condition(vector + ", \"mode\": 3").pooled()).isEqualTo(new Accumulate.Last(3));
    assertThat(condition(vector + ", \"mode\": \"user\"").pooled())
        .isEqualTo(new Accumulate.User());
    String reference =
        conditions("{" + vector + "}").replaceFirst("}$", ", \"semantics\": \"reference\"}");
    assertThat(SteeringPlan.load(file(reference)).conditions().getFirst().pooled())
        .isEqualTo(new Accumulate.All());
  }

  @Test
  void aVectorThatWasPooledOverSuffixesIsComparedWithTheMean() throws IOException {
    Provenance provenance =
        new Provenance(
            "llama",
            Optional.empty(),
            OptionalInt.empty(),
            Optional.of(
                new Training(
                    ExtractionMethod.PCA_DIFF,
                    new Accumulate.SuffixOnly(),
                    Semantics.CORRECTED,
                    false,
                    1)),
            new TreeMap<>(),
            new TreeMap<>(),
            Optional.of(FullVector.point()));
    SteeringVector plain = Tiny.vector(1);
    new SteeringVector(plain.directions(), plain.explainedVariances(), provenance)
        .save(folder.resolve("s.safetensors"));
    assertThat(condition("\"vector\": \"s.safetensors\"").pooled()).isEqualTo(new Accumulate.All());
  }

  @Test
  void flatRulesAreReadAsThePythonLibraryReadsThem() throws IOException {
    String plan =
        conditions("{\"vector\": \"v\", \"layers\": [0], \"threshold\": 1}")
            .replaceFirst("}$", ", \"rules\": [\"if (C1) then B1\"]}");
    assertThat(SteeringPlan.load(file(plan)).rules().getFirst().holds(new boolean[] {true}))
        .isTrue();
    String flat = plan.replaceFirst("}$", ", \"semantics\": \"reference\"}");
    assertThat(SteeringPlan.load(file(flat)).rules().getFirst().holds(new boolean[] {true}))
        .isFalse();
  }

  @Test
  void aFileUsedSeveralTimesIsReadOnce() throws IOException {
    SteeringPlan plan = SteeringPlan.load(file(FULL));
    assertThat(plan.behaviors().get(1).vector()).isSameAs(plan.behaviors().get(3).vector());
  }

  @Test
  void badPlansAreRefusedInOneSentence() throws IOException {
    refused("", "must hold one JSON object");
    refused("{}", "behaviors must be a list of at least one behavior");
    refused("{\"behaviors\": []}", "behaviors must be a list of at least one behavior");
    refused("{\"behaviors\": [5]}", "behaviors[0] is '5', not an object");
    refused("{\"behaviours\": []}", "the plan has the unknown key 'behaviours'; known are beha");
    String good = plan("v", "[0]", "1");
    String open = good.substring(0, good.length() - 1);
    refused(open + ", \"semantics\": \"paper\"}", "unknown semantics 'paper'");
    refused(open + ", \"semantics\": 5}", "semantics is '5', not a name");
    refused(open + ", \"conditions\": {}}", "conditions is an object, not a list");
    refused(open + ", \"rules\": \"if C1\"}", "rules is 'if C1', not a list");
    refused(open + ", \"rules\": [null]}", "rules[0] is null, not a text");
    refused(open + ", \"rules\": [\"if C1 then B1\"]}", "rules[0]: ");
    refused(open + ", \"rules\": [\"if C1 then B1\"]}", "\nif C1 then B1\n   ^");
  }

  @Test
  void badBehaviorsAreRefusedWithTheirPlace() throws IOException {
    refused("{\"behaviors\": [{\"scale\": 1}]}", "behaviors[0] has the unknown key 'scale'");
    refused("{\"behaviors\": [{\"layers\": [0]}]}", "behaviors[0].vector is nothing, not a file");
    refused(plan("", "[0]", "1"), "is a folder, but a file was expected");
    refused(plan("none", "[0]", "1"), "behaviors[0].vector: ");
    refused(plan("none", "[0]", "1"), "none.svec does not exist");
    refused(plan("a\\u0000b", "[0]", "1"), " names no file");
    refused(plan("v", "[0]", "\"1\""), "behaviors[0].strength is '1', not a number");
    refused(plan("v", "[0]", "1e999"), "behaviors[0]: strength is Infinity, but must be a number");
    refused(plan("v", "[0]", "1e39"), "behaviors[0]: strength is 1.0E39, but must be a number");
    refused(plan("v", "[0]", "NaN"), "is not valid JSON");
    refused(plan("v", "[7]", "1"), "behaviors[0]: layer 7 is to be steered, but the vector has");
    refused(plan("v", "[-1]", "1"), "behaviors[0].layers: '-1' is no layer");
    refused(plan("v", "[1.5]", "1"), "behaviors[0].layers: '1.5' is no layer");
    refused(plan("v", "[99999999999]", "1"), "behaviors[0].layers: '99999999999' is no layer");
    refused(plan("v", "[]", "1"), "behaviors[0].layers is an array, but must be a list such as");
    refused(plan("v", "{\"a\": 0}", "1"), "behaviors[0].layers is an object, but must be a list");
    refused(plan("v", "0", "1"), "behaviors[0].layers is '0', but must be a list such as");
    refused(plan("v", "\"0-\"", "1"), "behaviors[0].layers: '0-' is no list of layers");
    behaviorRefused("\"strength\": null", "behaviors[0].strength is null, not a number");
    behaviorRefused("\"operator\": \"add\"", "behaviors[0].strength is nothing, not a number");
    behaviorRefused(
        "\"operator\": \"multiply\"",
        "behaviors[0].operator is 'multiply', but must be one of add, ablate, rotate");
    behaviorRefused("\"operator\": 5", "behaviors[0].operator is '5', but must be one of add");
    behaviorRefused(
        "\"strength\": 1, \"strength_unit\": \"volts\"",
        "behaviors[0].strength_unit is 'volts', but must be one of absolute, residual_norm, diff");
    behaviorRefused(
        "\"strength\": 1, \"strength_unit\": \"difference\"",
        "behaviors[0]: strength_unit is difference, but the vector does not say that norm");
    behaviorRefused("\"strength\": 1, \"scope\": 5", "behaviors[0].scope is '5', not a text");
    behaviorRefused(
        "\"strength\": 1, \"scope\": \"before:1\"",
        "behaviors[0].scope: scope is 'before:1', but must be all, prompt, generated or after:N");
    for (String flag : new String[] {"keep_norm", "norm_guard", "explained_variance"}) {
      behaviorRefused(
          "\"strength\": 1, \"" + flag + "\": 1",
          "behaviors[0]." + flag + " is '1', neither true nor false");
    }
  }

  @Test
  void badConditionsAreRefusedWithTheirPlace() throws IOException {
    refused(conditions("[]"), "conditions[0] is an array, not an object");
    refused(conditions("{}"), "conditions[0].vector is nothing, not a file");
    conditionRefused("\"name\": 1", "conditions[0] has the unknown key 'name'; known are comp");
    conditionRefused("\"threshold\": 1", "conditions[0].layers is nothing, but must be a list");
    conditionRefused(
        "\"layers\": [0]",
        "conditions[0].threshold is nothing, not a number, and the vector has no condition point");
    conditionRefused(
        "\"layers\": [0], \"threshold\": \"x\"", "conditions[0].threshold is 'x', not a number");
    conditionRefused(
        "\"layers\": [0], \"threshold\": 1e999",
        "conditions[0].threshold is 'Infinity', but must be a finite number");
    conditionRefused(
        "\"layers\": [3], \"threshold\": 1",
        "conditions[0]: layer 3 is to be checked, but the vector has layers 0-2");
    String good = "\"layers\": \"0-1\", \"threshold\": 1, ";
    conditionRefused(
        good + "\"comparator_threshold_is\": \"equal\"",
        "conditions[0].comparator_threshold_is is 'equal', but must be one of larger, smaller");
    conditionRefused(good + "\"mode\": \"median\"", "conditions[0].mode: accumulate is 'median'");
    conditionRefused(good + "\"mode\": 0", "conditions[0].mode: accumulate is 0, but must be at");
    conditionRefused(good + "\"mode\": []", "conditions[0].mode: an array is no mode such as mean");
    conditionRefused(
        good + "\"mode\": \"suffix-only\"",
        "conditions[0]: a condition reads prompts, which have no suffix");
    conditionRefused(
        good + "\"similarity\": \"dot\"",
        "conditions[0].similarity is 'dot', but must be one of projected, cosine, signed");
  }

  @Test
  @Timeout(30)
  void listsThatNameLayersOverAndOverDoNotTakeForever() throws IOException {
    String layers = "\"" + "0-9999,".repeat(100_000) + "0\"";
    refused(plan("v", layers, "1"), "is no list of layers");
  }

  @Test
  @Timeout(300)
  void aMutatedPlanLoadsOrIsRefusedInOneSentence(TestReporter reporter) throws IOException {
    byte[] valid = FULL.getBytes(StandardCharsets.UTF_8);
    Mutations mutations =
        new Mutations(
            valid,
            valid.length,
            List.of(
                "null",
                "{}",
                "[]",
                "\"\"",
                "1e999",
                "-1",
                "0.5",
                "true",
                "99999999999999999999",
                "NaN",
                "\"layers\": \"0-99\",",
                "\"scope\": \"after:-1\",",
                "not (",
                "or C9",
                "\\u0000",
                "\\ud800",
                "../",
                "\0",
                "\n",
                "}, {"));
    int loaded = mutations.tryAll(folder.resolve("mutated.json"), 9, SteeringPlan::load);
    reporter.publishEntry("mutations", Mutations.COUNT + ", of which load " + loaded);
    assertThat(loaded).isBetween(1, Mutations.COUNT - 1);
  }

  @Test
  @Timeout(300)
  void aPlanWithAnyValueAnywhereLoadsOrIsRefusedInOneSentence(TestReporter reporter)
      throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Path file = folder.resolve("mutated.json");
    Random random = new Random(10);
    int loaded = 0;
    for (int i = 0; i < Mutations.COUNT; i++) {
      JsonNode plan = mapper.readTree(FULL);
      change(plan, mapper.readTree(VALUES.get(random.nextInt(VALUES.size()))), random);
      Files.write(file, plan.toString().getBytes(StandardCharsets.UTF_8));
      loaded += Mutations.tryOne(file, SteeringPlan::load);
    }
    reporter.publishEntry("mutations", Mutations.COUNT + ", of which load " + loaded);
    assertThat(loaded).isBetween(1, Mutations.COUNT - 1);
  }

  /** Puts a value in some place of a tree, or takes out what is there. */
  private static void change(JsonNode tree, JsonNode value, Random random) {
    List<JsonNode> containers = new ArrayList<>();
    containers.add(tree);
    for (int i = 0; i < containers.size(); i++) {
      containers
          .get(i)
          .forEach(
              child -> containers.addAll(child.isContainerNode() ? List.of(child) : List.of()));
    }
    JsonNode container = containers.get(random.nextInt(containers.size()));
    int place = random.nextInt(container.size());
    boolean out = random.nextInt(5) == 0;
    if (container instanceof ArrayNode array) {
      if (out) {
        array.remove(place);
      } else {
        array.set(place, value);
      }
    } else if (container instanceof ObjectNode object) {
      String key = List.copyOf(object.properties()).get(place).getKey();
      if (out) {
        object.remove(key);
      } else {
        object.set(key, value);
      }
    }
  }

  private static String plan(String vector, String layers, String strength) {
    return "{\"behaviors\": [{\"vector\": \"%s\", \"layers\": %s, \"strength\": %s}]}"
        .formatted(vector, layers, strength);
  }

  private static String conditions(String condition) {
    String plan = plan("v", "[0]", "1");
    return plan.substring(0, plan.length() - 1) + ", \"conditions\": [" + condition + "]}";
  }

  private Condition condition(String keys) throws IOException {
    return SteeringPlan.load(file(conditions("{" + keys + "}"))).conditions().getFirst();
  }

  private void behaviorRefused(String keys, String sentence) throws IOException {
    refused("{\"behaviors\": [{\"vector\": \"v\", \"layers\": [0], " + keys + "}]}", sentence);
  }

  private void conditionRefused(String keys, String sentence) throws IOException {
    refused(conditions("{\"vector\": \"v\", " + keys + "}"), sentence);
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
