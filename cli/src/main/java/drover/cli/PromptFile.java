package drover.cli;

import static drover.engine.io.DroverException.quote;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import drover.engine.io.StrictJson;
import drover.tokenizer.Message;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads prompts from a file of any of three kinds, told apart by how it begins: a JSON array of
 * strings; JSON lines, each an object with {@code prompt}, {@code messages} or {@code ids}; or text
 * with one prompt a line. Refusals name the file and the line.
 */
final class PromptFile {
  private static final int LARGEST_FILE = 1 << 30;
  private static final Set<String> ROLES = Set.of("system", "user", "assistant", "tool");
  private static final List<String> KEYS = List.of("prompt", "messages", "ids");

  /** A text file may well begin with a bracket, but hardly with what follows one in JSON. */
  private static final Pattern ARRAY_START =
      Pattern.compile("\\s*\\[\\s*[\"\\[{\\]].*", Pattern.DOTALL);

  private static final Pattern OBJECT_START = Pattern.compile("\\s*\\{\\s*[\"}].*", Pattern.DOTALL);
  private static final int LONGEST_START = 4096;

  private final Path file;
  private final List<Prompt> prompts = new ArrayList<>();

  private PromptFile(Path file) {
    this.file = file;
  }

  /**
   * The prompts of a file, in its order.
   *
   * @throws DroverException if it cannot be read, holds no prompt, or one that is no prompt
   */
  static List<Prompt> read(Path file) {
    PromptFile reader = new PromptFile(file);
    reader.read();
    if (reader.prompts.isEmpty()) {
      throw new DroverException(file + " holds no prompts");
    }
    return reader.prompts;
  }

  private void read() {
    byte[] bytes = bytes();
    String text = decode(bytes);
    String start = text.substring(0, Math.min(text.length(), LONGEST_START));
    if (ARRAY_START.matcher(start).matches()) {
      readJson(text, this::readArray);
    } else if (OBJECT_START.matcher(start).matches()) {
      readJson(text, this::readObjects);
    } else {
      readLines(text);
    }
  }

  /** A pipe is as good as a file here: prompts often come out of another program. */
  private byte[] bytes() {
    if (Files.isDirectory(file)) {
      throw new DroverException(file + " is a folder, but a file of prompts was expected");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST_FILE);
      if (in.read() >= 0) {
        throw new DroverException(
            file + " is larger than " + LARGEST_FILE + " bytes, the most that is read of prompts");
      }
      return bytes;
    } catch (IOException e) {
      throw new DroverException(file + " cannot be read: " + IoErrors.reason(e), e);
    }
  }

  private String decode(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      long line = 1;
      for (int i = 0; i < in.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      throw new DroverException(origin(line) + " is not valid UTF-8");
    }
    String text = out.flip().toString();
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private void readLines(String text) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    if (end > 0) {
      String[] lines = text.substring(0, end).split("\r?\n", -1);
      for (int i = 0; i < lines.length; i++) {
        prompts.add(text(origin(i + 1), lines[i]));
      }
    }
  }

  /** Reads values from a parser that stands before the first. */
  private interface JsonValues {
    void read(JsonParser json) throws IOException;
  }

  private void readJson(String text, JsonValues values) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    try (JsonParser json = StrictJson.parser(new ByteArrayInputStream(utf8))) {
      values.read(json);
    } catch (IOException e) {
      throw StrictJson.invalid(file.toString(), e);
    }
  }

  private void readArray(JsonParser json) throws IOException {
    json.nextToken();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      String origin = origin(json);
      JsonNode value = json.readValueAsTree();
      if (!value.isTextual()) {
        throw new DroverException(
            origin + ": the array holds " + StrictJson.describe(value) + ", expected strings");
      }
      prompts.add(text(origin, value.textValue()));
    }
    if (json.nextToken() != null) {
      throw new DroverException(origin(json) + ": something follows the array of prompts");
    }
  }

  private void readObjects(JsonParser json) throws IOException {
    while (json.nextToken() != null) {
      String origin = origin(json);
      JsonNode value = json.readValueAsTree();
      if (!(value instanceof ObjectNode object)) {
        throw new DroverException(
            origin + ": " + StrictJson.describe(value) + " was found, expected an object a line");
      }
      prompts.add(prompt(origin, object));
    }
  }

  private static Prompt prompt(String origin, ObjectNode object) {
    List<String> found = KEYS.stream().filter(object::has).toList();
    if (found.size() != 1) {
      throw new DroverException(
          "%s: the object has %s, expected one of %s"
              .formatted(
                  origin,
                  found.isEmpty() ? "none of the keys" : String.join(" and ", found),
                  String.join(", ", KEYS)));
    }
    JsonNode value = object.get(found.getFirst());
    return switch (found.getFirst()) {
      case "prompt" -> text(origin, string(origin, "prompt", value));
      case "messages" -> new Prompt.Conversation(origin, messages(origin, value));
      default -> new Prompt.Ids(origin, ids(origin, value));
    };
  }

  /** A user's text. */
  static Prompt text(String origin, String text) {
    if (text.isEmpty()) {
      throw new DroverException(origin + ": the prompt is empty");
    }
    return new Prompt.Text(origin, text);
  }

  private static List<Message> messages(String origin, JsonNode array) {
    List<Message> messages =
        elements(origin, "messages", array, "objects with role and content")
            .map(message -> message(origin, message))
            .toList();
    if (messages.isEmpty()) {
      throw new DroverException(origin + ": the prompt is empty: messages has no elements");
    }
    return messages;
  }

  private static Message message(String origin, JsonNode message) {
    String role = string(origin, "role", message.path("role"));
    if (!ROLES.contains(role)) {
      throw new DroverException(
          origin + ": role is " + quote(role) + ", expected system, user, assistant or tool");
    }
    return new Message(role, string(origin, "content", message.path("content")));
  }

  private static int[] ids(String origin, JsonNode array) {
    int[] ids =
        elements(origin, "ids", array, "token ids")
            .mapToInt(
                id -> {
                  if (!id.isIntegralNumber() || !id.canConvertToInt()) {
                    throw new DroverException(
                        origin + ": ids has " + StrictJson.describe(id) + ", expected token ids");
                  }
                  return id.intValue();
                })
            .toArray();
    if (ids.length == 0) {
      throw new DroverException(origin + ": the prompt is empty: ids has no elements");
    }
    return ids;
  }

  private static Stream<JsonNode> elements(
      String origin, String key, JsonNode array, String expected) {
    if (!array.isArray()) {
      throw new DroverException(
          "%s: %s is %s, expected an array of %s"
              .formatted(origin, key, StrictJson.describe(array), expected));
    }
    return array.valueStream();
  }

  private static String string(String origin, String key, JsonNode value) {
    if (!value.isTextual()) {
      throw new DroverException(
          "%s: %s is %s, expected a string".formatted(origin, key, StrictJson.describe(value)));
    }
    return value.textValue();
  }

  private String origin(JsonParser json) {
    return origin(json.currentTokenLocation().getLineNr());
  }

  private String origin(long line) {
    return file + " line " + line;
  }
}
