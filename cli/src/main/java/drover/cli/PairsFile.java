package drover.cli;

import static drover.engine.io.DroverException.quote;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import drover.engine.io.StrictJson;
import drover.steering.ContrastPair;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reads contrastive texts: an object of splits, each an array of objects, as the tutorial's files
 * are; an array of objects; or JSON lines. A key names the field of the objects that is read.
 * Suffixes may also be an object of arrays of strings, which a key names.
 */
final class PairsFile {
  private static final String DEFAULT_SPLIT = "train";

  /**
   * Which texts are taken.
   *
   * @param limit how many at most
   * @param spread whether they are spread evenly over all, or else the first
   */
  record Choice(int limit, boolean spread) {
    /** Every text. */
    static final Choice ALL = new Choice(Integer.MAX_VALUE, false);
  }

  private static final ObjectReader TREES = new JsonMapper().reader();

  private final Path file;
  private final List<JsonNode> roots;

  private PairsFile(Path file, List<JsonNode> roots) {
    this.file = file;
    this.roots = roots;
  }

  /**
   * Reads a file.
   *
   * @throws DroverException if it cannot be read or is not JSON
   */
  static PairsFile open(Path file) {
    if (Files.isDirectory(file)) {
      throw new DroverException(file + " is a folder, but a file was expected");
    }
    List<JsonNode> roots = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      try (JsonParser json = StrictJson.parser(in)) {
        while (json.nextToken() != null) {
          roots.add(TREES.readTree(json));
        }
      } catch (IOException e) {
        throw StrictJson.invalid(file.toString(), e);
      }
    } catch (IOException e) {
      throw new DroverException(file + " cannot be read: " + IoErrors.reason(e), e);
    }
    return new PairsFile(file, roots);
  }

  /**
   * The texts of a field.
   *
   * @param split which of several splits; where empty, train
   * @param choice which of them
   * @throws DroverException if there is no such split or field, or no text
   */
  List<String> texts(String key, Optional<String> split, Choice choice) {
    List<JsonNode> rows = rows(key, split);
    List<String> texts = new ArrayList<>();
    int count = Math.min(rows.size(), choice.limit());
    for (int i = 0; i < count; i++) {
      int index = choice.spread() ? (int) ((long) i * rows.size() / count) : i;
      texts.add(text(rows.get(index), key, index));
    }
    if (texts.isEmpty()) {
      throw new DroverException(file + " holds no texts");
    }
    return texts;
  }

  /**
   * The texts of two fields, side by side.
   *
   * @throws DroverException if one is missing, or they are not equally many
   */
  List<ContrastPair> pairs(
      String positiveKey, String negativeKey, Optional<String> split, Choice choice) {
    List<String> positive = texts(positiveKey, split, choice);
    List<String> negative = texts(negativeKey, split, choice);
    if (positive.size() != negative.size()) {
      throw new DroverException(
          "%s: %d texts of '%s' cannot be paired with %d of '%s'"
              .formatted(file, positive.size(), positiveKey, negative.size(), negativeKey));
    }
    return IntStream.range(0, positive.size())
        .mapToObj(i -> new ContrastPair(positive.get(i), negative.get(i)))
        .toList();
  }

  private List<JsonNode> rows(String key, Optional<String> split) {
    if (roots.size() != 1 || isRow(roots.getFirst(), key)) {
      return unsplit(roots, split);
    }
    JsonNode root = roots.getFirst();
    if (root.isArray()) {
      return unsplit(root.valueStream().toList(), split);
    }
    if (!(root instanceof ObjectNode object)) {
      throw new DroverException(
          file + " holds " + StrictJson.describe(root) + ", expected objects of texts");
    }
    return inObject(object, key, split);
  }

  private List<JsonNode> unsplit(List<JsonNode> rows, Optional<String> split) {
    if (split.isPresent()) {
      throw new DroverException(file + " has no splits, so there is no " + quote(split.get()));
    }
    return rows;
  }

  private static boolean isRow(JsonNode root, String key) {
    return root.path(key).isTextual();
  }

  /** The key names an array of strings, or the split one of objects. */
  private List<JsonNode> inObject(ObjectNode object, String key, Optional<String> split) {
    JsonNode named = object.path(key);
    String name = split.orElse(DEFAULT_SPLIT);
    JsonNode rows = named.isArray() && split.isEmpty() ? named : object.path(name);
    if (!rows.isArray()) {
      throw new DroverException(
          "%s has no array %s; it has %s"
              .formatted(
                  file,
                  quote(name),
                  String.join(
                      ", ",
                      object.propertyStream().map(e -> quote(e.getKey())).limit(10).toList())));
    }
    return rows.valueStream().toList();
  }

  private String text(JsonNode row, String key, int index) {
    JsonNode value = row.isTextual() ? row : row.path(key);
    if (!value.isTextual() || value.textValue().isEmpty()) {
      throw new DroverException(
          "%s: %s of element %d is %s, expected a text"
              .formatted(file, quote(key), index, StrictJson.describe(value)));
    }
    return value.textValue();
  }
}
