package drover.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import drover.engine.Llama;
import drover.engine.io.CacheFolder;
import drover.engine.io.DroverException;
import drover.engine.io.StrictJson;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDataTest {
  /** What another Java process runs. */
  static final class Print {
    private Print() {}

    public static void main(String[] args) {
      System.out.print(DemoData.model() + "\n" + DemoData.file(DemoData.ALPACA));
    }
  }

  private static final List<String> TOPICS =
      List.of(
          "base",
          "sexual_content",
          "legal_opinion",
          "hate_speech",
          "crime_planning",
          "health_consultation");

  @TempDir Path temporary;

  @Test
  void theModelIsSmallAndOpens() throws IOException {
    assertThat(Files.size(DemoData.model().resolve("model.safetensors"))).isLessThan(12_000_000);
    try (Llama model = Llama.open(DemoData.model())) {
      assertThat(model.config().layers()).isGreaterThanOrEqualTo(8);
      assertThat(model.tokenizer()).isPresent();
    }
  }

  @Test
  void theDataHasTheTutorialsKeys() {
    assertRows(DemoData.ALPACA, List.of("question"), 700, 500);
    assertRows(DemoData.CONDITION_HARMFUL, List.of("harmful", "harmless"), 2000, 450);
    assertRows(DemoData.CONDITION_MULTIPLE, TOPICS, 700, 300);
    JsonNode refusal = read(DemoData.BEHAVIOR_REFUSAL);
    assertThat(refusal.get("non_compliant_responses").size()).isEqualTo(100);
    assertThat(refusal.get("compliant_responses").size()).isEqualTo(100);
  }

  private static void assertRows(String file, List<String> keys, int train, int test) {
    JsonNode content = read(file);
    assertThat(content.get("train").size()).isEqualTo(train);
    assertThat(content.get("test").size()).isEqualTo(test);
    for (JsonNode split : content) {
      for (JsonNode row : split) {
        assertThat(row.fieldNames()).toIterable().containsExactlyElementsOf(keys);
        assertThat(row).allSatisfy(text -> assertThat(text.textValue()).isNotBlank());
      }
    }
  }

  @Test
  void noTestPromptIsInATrainSplit() {
    Set<String> train = new HashSet<>();
    Set<String> test = new HashSet<>();
    for (String file :
        List.of(DemoData.ALPACA, DemoData.CONDITION_HARMFUL, DemoData.CONDITION_MULTIPLE)) {
      read(file).get("train").forEach(row -> row.forEach(text -> train.add(text.textValue())));
      read(file).get("test").forEach(row -> row.forEach(text -> test.add(text.textValue())));
    }
    assertThat(test).hasSizeGreaterThan(2000).doesNotContainAnyElementsOf(train);
  }

  @Test
  void aFileThatThereIsNotIsRefusedWithThoseThereAre() {
    assertThatThrownBy(() -> DemoData.file("../model/config.json"))
        .isInstanceOf(DroverException.class)
        .hasMessageContaining("../model/config.json")
        .hasMessageContaining("alpaca.json");
  }

  @Test
  void theSumsNameEveryFileAsItIs() throws Exception {
    Path classes = classes().resolve("drover/demo");
    // A copy is made only of what has the sum that the list names.
    Path copy = Bundle.ofJar().copyInto(temporary, "model");
    Bundle.ofJar().copyInto(temporary, "data");

    for (String folder : List.of("model", "data")) {
      try (Stream<Path> files = Files.list(classes.resolve(folder))) {
        assertThat(files)
            .isNotEmpty()
            .allSatisfy(
                file ->
                    assertThat(copy.resolveSibling(folder).resolve(file.getFileName().toString()))
                        .hasSameBinaryContentAs(file));
      }
    }
  }

  @Test
  void severalProcessesAtOnceFindTheModelInTheJar() throws Exception {
    Path jar = jar(classes());
    Path cache = temporary.resolve("cache");
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(start(jar, cache));
    }
    for (Process process : processes) {
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(printed).isZero();
      List<Path> paths = printed.lines().map(Path::of).toList();
      assertThat(paths).hasSize(2).allSatisfy(path -> assertThat(path).exists().startsWith(cache));
      assertThat(paths.getFirst().resolve("model.safetensors"))
          .hasSameBinaryContentAs(DemoData.model().resolve("model.safetensors"));
    }
  }

  private static Process start(Path jar, Path cache) throws Exception {
    Path testClasses = location(DemoDataTest.class);
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(
                    System.getProperty("path.separator"),
                    jar.toString(),
                    testClasses.toString(),
                    location(Llama.class).toString()),
                Print.class.getName())
            .redirectErrorStream(true);
    builder.environment().put(CacheFolder.VARIABLE, cache.toString());
    return builder.start();
  }

  private Path jar(Path classes) throws IOException {
    Path jar = temporary.resolve("demo.jar");
    try (Stream<Path> paths = Files.walk(classes);
        JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(path).toString().replace('\\', '/')));
        Files.copy(path, out);
      }
    }
    return jar;
  }

  /** The folder that the module was compiled into. */
  private static Path classes() throws URISyntaxException {
    return location(DemoData.class);
  }

  private static Path location(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static JsonNode read(String file) {
    return StrictJson.readObject(DemoData.file(file), 10_000_000);
  }
}
