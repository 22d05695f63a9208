package drover.engine.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.apache.commons.io.input.BoundedInputStream;

/**
 * JSON from files that nobody vouches for: UTF-8 or nothing, no duplicate keys, nothing after the
 * value, and bounds on size, nesting and number length, so that time and memory stay in proportion
 * to the file. Every refusal is one sentence that names the file.
 */
public final class StrictJson {
  private static final int DEEPEST_NESTING = 64;
  private static final int LONGEST_NUMBER = 100;
  private static final int LONGEST_NAME = 50_000;
  private static final int LONGEST_STRING = 20_000_000;
  private static final int LONGEST_REASON = 300;
  private static final Pattern PARSER_INTERNALS =
      Pattern.compile(
          ", from `StreamReadConstraints[^`]*`"
              + "|: enable `[^`]*` to allow"
              + "|\\s*\\([^()]*\\[Source:[^\\]]*][^()]*\\)");

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST_NESTING)
                  .maxNumberLength(LONGEST_NUMBER)
                  .maxNameLength(LONGEST_NAME)
                  .maxStringLength(LONGEST_STRING)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // A symbol table shared between files would grow with every hostile name.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private StrictJson() {}

  /**
   * The JSON object in a file.
   *
   * @param maxBytes the largest file that is read
   * @throws DroverException if the file cannot be read, is larger, or is not one JSON object
   */
  public static ObjectNode readObject(Path file, int maxBytes) {
    return readObject(file.toString(), readBytes(file, maxBytes));
  }

  /**
   * The JSON object in a text.
   *
   * @param what the text's origin, as a refusal names it
   * @throws DroverException if the text is not one JSON object
   */
  public static ObjectNode readObject(String what, byte[] utf8) {
    try (JsonParser json = parser(new ByteArrayInputStream(utf8))) {
      JsonNode root = json.nextToken() == null ? MissingNode.getInstance() : tree(json);
      if (!(root instanceof ObjectNode object)) {
        throw new DroverException(
            what + " must hold one JSON object, but " + describe(root) + " was found");
      }
      if (json.nextToken() != null) {
        throw new DroverException(
            what + " must hold one JSON object, but more follows" + at(json.currentLocation()));
      }
      return object;
    } catch (IOException e) {
      throw invalid(what, e);
    }
  }

  /**
   * The value at the parser's token. Jackson's ObjectMapper would do the same, but costs a fresh
   * process a few tenths of a second. The depth is bounded by the parser.
   */
  private static JsonNode tree(JsonParser json) throws IOException {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (json.currentToken()) {
      case START_OBJECT -> {
        ObjectNode object = nodes.objectNode();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String key = json.currentName();
          json.nextToken();
          object.set(key, tree(json));
        }
        yield object;
      }
      case START_ARRAY -> {
        ArrayNode array = nodes.arrayNode();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          array.add(tree(json));
        }
        yield array;
      }
      case VALUE_STRING -> nodes.textNode(json.getText());
      case VALUE_NUMBER_INT ->
          switch (json.getNumberType()) {
            case INT -> nodes.numberNode(json.getIntValue());
            case LONG -> nodes.numberNode(json.getLongValue());
            default -> nodes.numberNode(json.getBigIntegerValue());
          };
      case VALUE_NUMBER_FLOAT -> nodes.numberNode(json.getDoubleValue());
      case VALUE_TRUE -> nodes.booleanNode(true);
      case VALUE_FALSE -> nodes.booleanNode(false);
      default -> nodes.nullNode();
    };
  }

  /**
   * A token stream over JSON with the same strictness, for files too large for a tree.
   *
   * @param in UTF-8; malformed bytes surface as an {@link IOException} while reading
   */
  public static JsonParser parser(InputStream in) throws IOException {
    return FACTORY.createParser(utf8(in));
  }

  /** The refusal of a text that is not JSON as this class reads it. */
  public static DroverException invalid(String what, IOException error) {
    return new DroverException(what + " is not valid JSON: " + reason(error), error);
  }

  /** The parser's own words where they help, without its class names and source references. */
  private static String reason(IOException error) {
    return switch (error) {
      case JsonEOFException e -> "it ends in the middle of a value" + at(e.getLocation());
      case JsonProcessingException e ->
          shorten(PARSER_INTERNALS.matcher(e.getOriginalMessage()).replaceAll(""))
              + at(e.getLocation());
      default -> IoErrors.reason(error);
    };
  }

  private static String at(JsonLocation location) {
    return location == null
        ? ""
        : ", at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  private static String shorten(String words) {
    return words.length() <= LONGEST_REASON ? words : words.substring(0, LONGEST_REASON) + "...";
  }

  /** What kind of value this is, as a sentence says it. */
  public static String describe(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "an array";
      case NULL -> "null";
      case MISSING -> "nothing";
      default -> DroverException.quote(node.asText());
    };
  }

  private static byte[] readBytes(Path file, int maxBytes) {
    requireRegularFile(file);
    try (InputStream in =
        BoundedInputStream.builder().setPath(file).setMaxCount(maxBytes + 1L).get()) {
      byte[] bytes = in.readAllBytes();
      if (bytes.length > maxBytes) {
        throw new DroverException(
            file + " is larger than " + maxBytes + " bytes, the most that is read of such a file");
      }
      return bytes;
    } catch (IOException e) {
      throw new DroverException(file + " cannot be read: " + IoErrors.reason(e), e);
    }
  }

  /**
   * Refuses a path that is missing, a folder, or a device or pipe (which might never end).
   *
   * @throws DroverException with the path and what it is
   */
  public static void requireRegularFile(Path file) {
    if (Files.isDirectory(file)) {
      throw new DroverException(file + " is a folder, but a file was expected");
    }
    if (!Files.exists(file)) {
      throw new DroverException(file + " does not exist");
    }
    if (!Files.isRegularFile(file)) {
      throw new DroverException(file + " is not a regular file");
    }
  }

  private static Reader utf8(InputStream in) {
    return new InputStreamReader(
        in,
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT));
  }
}
