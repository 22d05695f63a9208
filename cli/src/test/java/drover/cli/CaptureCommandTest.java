package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import drover.cli.Cli.Result;
import drover.engine.safetensors.SafetensorsFile;
import drover.engine.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against what HuggingFace computes: {@code golden.safetensors} of the tiny model. */
class CaptureCommandTest {
  private static final float TOLERANCE = 1e-4f;
  private static final int HIDDEN = 64;
  private static final int VOCABULARY = 256;

  @TempDir private Path folder;
  private Path out;
  private Path prompts;
  private String ids;

  @BeforeEach
  void makePrompts() throws IOException {
    out = folder.resolve("out.safetensors");
    ids = Files.readString(Folders.TINY.resolve("ids.json")).strip();
    prompts = folder.resolve("prompts.jsonl");
    Files.writeString(prompts, "{\"ids\": %s}\n{\"ids\": [7, 8, 9]}\n".formatted(ids));
  }

  @Test
  void tensorsAreNamedAndShapedAsScriptsRelyOn() {
    capture("--hooks", "resid_post:0,2,q:1,k:1,z:1,final_norm", "--logits", "last");
    try (SafetensorsFile file = SafetensorsFile.open(out)) {
      assertThat(file.names().stream().map(name -> describe(file.info(name))))
          .containsExactlyInAnyOrder(
              "0.resid_post.0 F32 [200, 64]",
              "0.resid_post.2 F32 [200, 64]",
              "0.q.1 F32 [200, 64]",
              "0.k.1 F32 [200, 32]",
              "0.z.1 F32 [200, 64]",
              "0.final_norm F32 [200, 64]",
              "0.logits F32 [1, 256]",
              "0.ids I32 [200]",
              "1.resid_post.0 F32 [3, 64]",
              "1.resid_post.2 F32 [3, 64]",
              "1.q.1 F32 [3, 64]",
              "1.k.1 F32 [3, 32]",
              "1.z.1 F32 [3, 64]",
              "1.final_norm F32 [3, 64]",
              "1.logits F32 [1, 256]",
              "1.ids I32 [3]");
    }
  }

  @Test
  void activationsAndLogitsAreHuggingFaces() {
    capture("--hooks", "resid_pre:0-2,resid_post:2,final_norm", "--logits", "all");
    try (SafetensorsFile golden = SafetensorsFile.open(Folders.TINY.resolve("golden.safetensors"));
        SafetensorsFile file = SafetensorsFile.open(out)) {
      float[] resid = golden.tensor("resid").toFloatArray();
      for (int layer = 0; layer < 4; layer++) {
        String name = layer < 3 ? "0.resid_pre." + layer : "0.resid_post.2";
        int from = layer * 200 * HIDDEN;
        close(file, name, Arrays.copyOfRange(resid, from, from + 200 * HIDDEN));
      }
      close(file, "0.final_norm", golden.tensor("final_norm").toFloatArray());
      close(file, "0.logits", golden.tensor("logits").toFloatArray());
    }
  }

  @Test
  void lastRowsAreTheLastTokens() {
    capture("--hooks", "resid_post:1,final_norm", "--rows", "LAST", "--logits", "last");
    try (SafetensorsFile golden = SafetensorsFile.open(Folders.TINY.resolve("golden.safetensors"));
        SafetensorsFile file = SafetensorsFile.open(out)) {
      float[] resid = golden.tensor("resid").toFloatArray();
      int end = 3 * 200 * HIDDEN;
      close(file, "0.resid_post.1", Arrays.copyOfRange(resid, end - HIDDEN, end));
      close(file, "0.final_norm", lastRow(golden, "final_norm", HIDDEN));
      close(file, "0.logits", lastRow(golden, "logits", VOCABULARY));
    }
  }

  @Test
  void promptsThatDoNotFitOnePassAreCutWithoutConsequence() throws IOException {
    String line = "{\"ids\": %s}\n".formatted(ids);
    Files.writeString(prompts, line.repeat(8) + "{\"ids\": [7, 8, 9]}\n");
    capture("--hooks", "mlp_out:1,final_norm", "--logits", "last");
    try (SafetensorsFile file = SafetensorsFile.open(out)) {
      for (String name : List.of("mlp_out.1", "final_norm", "logits")) {
        float[] first = file.tensor("0." + name).toFloatArray();
        for (int prompt = 1; prompt < 8; prompt++) {
          assertThat(file.tensor(prompt + "." + name).toFloatArray())
              .as("%d.%s", prompt, name)
              .containsExactly(first, within(1e-5f));
        }
      }
    }
  }

  @Test
  void badRequestsAreRefusedInOneSentenceAndLeaveNoFile() throws IOException {
    refused("there is nothing to capture: give --hooks LIST or --logits all|last");
    refused("unknown hook 'nope'", "--hooks", "nope:1");
    refused("--hooks resid_post:3: the model has layers 0 to 2", "--hooks=resid_post:3");
    refused("Invalid value for option '--rows'", "--hooks=q:1", "--rows=some");
    refused("is a folder", "--hooks=q:1", "--out", folder);
    refused("is not an existing folder", "--hooks=q:1", "--out", folder.resolve("no/such"));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(prompts);
    }
  }

  private static String describe(TensorInfo info) {
    return info.name() + " " + info.type() + " " + info.shape();
  }

  private static void close(SafetensorsFile file, String name, float[] expected) {
    float[] actual = file.tensor(name).toFloatArray();
    assertThat(actual).as(name).hasSameSizeAs(expected);
    float worst = 0;
    for (int i = 0; i < actual.length; i++) {
      worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    }
    assertThat(worst).as("largest error of %s", name).isLessThan(TOLERANCE);
  }

  private static float[] lastRow(SafetensorsFile golden, String name, int width) {
    float[] all = golden.tensor(name).toFloatArray();
    return Arrays.copyOfRange(all, all.length - width, all.length);
  }

  private void capture(Object... options) {
    assertThat(run(options)).isEqualTo(new Result(0, "", ""));
  }

  private void refused(String sentence, Object... options) {
    Result result = run(options);
    assertThat(result.err()).startsWith("drover capture: ").contains(sentence).hasLineCount(1);
    assertThat(result.status()).isEqualTo(2);
  }

  private Result run(Object... options) {
    List<Object> args =
        new ArrayList<>(List.of("capture", "--model", Folders.TINY, "--prompts", prompts));
    args.addAll(List.of(options));
    if (!args.contains("--out")) {
      args.addAll(List.of("--out", out));
    }
    return Cli.run(args.toArray());
  }
}
