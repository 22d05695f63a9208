package drover.engine.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drover.engine.io.DroverException;
import drover.engine.safetensors.Weights;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Reads the hub's account of a model, {@code GET /api/models/ID/revision/REV?blobs=true}, and picks
 * the files that Drover needs.
 *
 * @see <a href="https://huggingface.co/docs/hub/api">The hub's API</a>
 */
final class ModelListing {
  private static final String CONFIG = "config.json";
  private static final List<String> SMALL_FILES =
      List.of(
          CONFIG,
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "chat_template.jinja");

  /** 4 TiB; what is listed as larger has no size that could be relied on. */
  private static final long LARGEST_FILE = 1L << 42;

  private static final Pattern SHARD =
      Pattern.compile("model[A-Za-z0-9._-]*-of-\\d+\\.safetensors");
  private static final Pattern OTHER_WEIGHTS = Pattern.compile(".*\\.(bin|gguf|pth|pt|onnx|h5)");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");

  private ModelListing() {}

  static HubModel parse(String id, String revision, ObjectNode answer) {
    List<HubFile> all = new ArrayList<>();
    for (JsonNode sibling : answer.path("siblings")) {
      all.add(file(id, sibling));
    }
    Optional<String> commit = text(answer.path("sha"), SHA1);
    return new HubModel(id, revision, commit, needed(id, all));
  }

  private static HubFile file(String id, JsonNode sibling) {
    String name = sibling.path("rfilename").asText();
    if (name.isEmpty()
        || name.startsWith("/")
        || name.indexOf('\\') >= 0
        || name.indexOf('\0') >= 0
        || List.of(name.split("/", -1)).contains("..")) {
      throw new DroverException(
          id
              + " lists a file named "
              + DroverException.quote(name)
              + ", which would lie outside its folder");
    }
    JsonNode lfs = sibling.path("lfs");
    JsonNode size = lfs.path("size").isIntegralNumber() ? lfs.path("size") : sibling.path("size");
    boolean known =
        size.isIntegralNumber()
            && size.canConvertToLong()
            && size.longValue() >= 0
            && size.longValue() <= LARGEST_FILE;
    return new HubFile(
        name,
        known ? OptionalLong.of(size.longValue()) : OptionalLong.empty(),
        text(lfs.path("sha256"), SHA256),
        // Of an LFS file the blob is only a pointer.
        lfs.isObject() ? Optional.empty() : text(sibling.path("blobId"), SHA1));
  }

  private static Optional<String> text(JsonNode node, Pattern pattern) {
    return Optional.ofNullable(node.textValue()).filter(pattern.asMatchPredicate());
  }

  private static List<HubFile> needed(String id, List<HubFile> all) {
    if (all.stream().noneMatch(file -> file.name().equals(CONFIG))) {
      throw new DroverException(id + " has no config.json, so it is not a model that can be run");
    }
    boolean single = all.stream().anyMatch(file -> file.name().equals(Weights.SINGLE_FILE));
    boolean index = all.stream().anyMatch(file -> file.name().equals(Weights.INDEX_FILE));
    if (!single && !index) {
      throw new DroverException(noWeights(id, all));
    }
    List<HubFile> needed =
        new ArrayList<>(
            all.stream()
                .filter(
                    file ->
                        SMALL_FILES.contains(file.name())
                            || (single
                                ? file.name().equals(Weights.SINGLE_FILE)
                                : file.name().equals(Weights.INDEX_FILE)
                                    || SHARD.matcher(file.name()).matches()))
                .toList());
    needed.sort(
        Comparator.comparing((HubFile file) -> file.name().endsWith(".safetensors"))
            .thenComparing(file -> !file.name().equals(CONFIG))
            .thenComparing(HubFile::name));
    return needed;
  }

  private static String noWeights(String id, List<HubFile> all) {
    List<String> others =
        all.stream()
            .map(HubFile::name)
            .filter(name -> OTHER_WEIGHTS.matcher(name).matches())
            .sorted()
            .limit(3)
            .toList();
    return id
        + " has no weights in safetensors files"
        + (others.isEmpty() ? "" : ", only " + String.join(", ", others) + ", which is not read");
  }
}
