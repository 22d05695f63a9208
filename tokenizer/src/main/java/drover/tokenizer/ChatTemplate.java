package drover.tokenizer;

import drover.tokenizer.jinja.JinjaException;
import drover.tokenizer.jinja.Template;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The model's own way to write a conversation as one text: a Jinja template, rendered as
 * HuggingFace transformers' {@code apply_chat_template} renders it. A template is not trusted: it
 * sees nothing but the conversation and the variables given to it, and its time and output are
 * bounded. Immutable and safe for use by many threads.
 *
 * <p>The text has its special tokens written out, the beginning-of-text token included where the
 * template puts one: encode it with {@code addSpecialTokens = false, parseSpecial = true}.
 */
public final class ChatTemplate {

  private static final long MAX_FILE_BYTES = 64L << 20;

  private final String source;
  private final Template template;
  private final Map<String, String> specialTokens;

  private ChatTemplate(String source, Template template, Map<String, String> specialTokens) {
    this.source = source;
    this.template = template;
    this.specialTokens = specialTokens;
  }

  /**
   * Makes a template.
   *
   * @param jinja the template
   * @param specialTokens tokens by the names the template knows them by, such as {@code bos_token}
   *     and {@code eos_token}; a token that the model does not have is left out
   * @throws TokenizerException if the template is wrong or uses what is not supported
   */
  public static ChatTemplate of(String jinja, Map<String, String> specialTokens) {
    return of(jinja, specialTokens, "chat template");
  }

  private static ChatTemplate of(String jinja, Map<String, String> specialTokens, String source) {
    try {
      return new ChatTemplate(source, Template.compile(jinja), Map.copyOf(specialTokens));
    } catch (JinjaException e) {
      throw new TokenizerException(source + ": the template is not usable: " + e.getMessage(), e);
    }
  }

  /**
   * Loads the template of a model folder: {@code chat_template.jinja}, or else {@code
   * chat_template} in {@code tokenizer_config.json} (of several, the one named default). The
   * special tokens are those of {@code tokenizer_config.json}, or else of {@code
   * special_tokens_map.json}.
   *
   * @return empty where the folder has no template
   * @throws TokenizerException if a file cannot be read or is wrong
   */
  public static Optional<ChatTemplate> load(Path modelFolder) {
    Path configFile = modelFolder.resolve("tokenizer_config.json");
    Json config = readJson(configFile);
    Path file = modelFolder.resolve("chat_template.jinja");
    String jinja = null;
    String source = file.toString();
    if (Files.exists(file)) {
      jinja = new String(readBytes(file), StandardCharsets.UTF_8);
    } else if (config.has("chat_template")) {
      jinja = templateIn(config.get("chat_template"));
      source = configFile + ": chat_template";
    }
    if (jinja == null) {
      return Optional.empty();
    }
    Map<String, String> tokens = new HashMap<>();
    addTokens(readJson(modelFolder.resolve("special_tokens_map.json")), tokens);
    addTokens(config, tokens);
    return Optional.of(of(jinja, tokens, source));
  }

  private static String templateIn(Json json) {
    if (json.isNull() || json.isString()) {
      return json.isNull() ? null : json.string();
    }
    for (Json entry : json.list()) {
      if (entry.get("name").string().equals("default")) {
        return entry.get("template").string();
      }
    }
    throw json.error("there are several templates and none is named default");
  }

  /** Takes all {@code *_token}s, each a string or an object with its content; null removes one. */
  private static void addTokens(Json config, Map<String, String> tokens) {
    if (config.isNull()) {
      return;
    }
    config
        .object()
        .forEach(
            (name, token) -> {
              if (!name.endsWith("_token")) {
                return;
              }
              if (token.isString()) {
                tokens.put(name, token.string());
              } else if (token.has("content")) {
                tokens.put(name, token.get("content").string());
              } else if (token.isNull()) {
                tokens.remove(name);
              }
            });
  }

  private static Json readJson(Path file) {
    return Files.exists(file)
        ? Json.parse(readBytes(file), file.toString())
        : new Json(null, file.toString());
  }

  private static byte[] readBytes(Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new TokenizerException(
            file + ": larger than " + (MAX_FILE_BYTES >> 20) + " MiB, which no such file is");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new TokenizerException(file + ": cannot be read: " + ModelFiles.reason(e), e);
    }
  }

  /**
   * Renders a conversation.
   *
   * @param addGenerationPrompt whether to add what tells the model that it is its turn
   * @throws TokenizerException if the template fails, or refuses the conversation with a message of
   *     its own
   */
  public String render(List<Message> messages, boolean addGenerationPrompt) {
    return render(messages, addGenerationPrompt, Map.of());
  }

  /**
   * Renders a conversation with more variables, such as {@code date_string} or {@code tools}.
   *
   * @param variables by name: null, Boolean, Integer, Long, Double, String, and Lists and Maps of
   *     these; they go before those of the same name that the template has anyway
   * @throws TokenizerException as {@link #render(List, boolean)} does
   */
  public String render(
      List<Message> messages, boolean addGenerationPrompt, Map<String, ?> variables) {
    return render(messages, addGenerationPrompt, variables, Clock.system(ZoneId.systemDefault()));
  }

  String render(
      List<Message> messages, boolean addGenerationPrompt, Map<String, ?> variables, Clock clock) {
    Map<String, Object> visible = new HashMap<>(specialTokens);
    visible.put("tools", null);
    visible.put("documents", null);
    visible.put("add_generation_prompt", addGenerationPrompt);
    List<Object> list = new ArrayList<>();
    for (Message message : messages) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("role", message.role());
      map.put("content", message.content());
      list.add(map);
    }
    visible.put("messages", list);
    variables.forEach((name, value) -> visible.put(name, plain(value, name)));
    try {
      return template.render(visible, clock);
    } catch (JinjaException e) {
      throw new TokenizerException(
          source
              + (e.isRaised()
                  ? ": the template refuses the conversation: "
                  : ": the template failed: ")
              + e.getMessage(),
          e);
    }
  }

  /** A copy of the value in the types that templates know. */
  private static Object plain(Object value, String name) {
    return switch (value) {
      case null -> null;
      case Boolean bool -> bool;
      case String text -> text;
      case Long number -> number;
      case Double number -> number;
      case Integer number -> number.longValue();
      case Float number -> number.doubleValue();
      case List<?> list -> {
        List<Object> copy = new ArrayList<>();
        list.forEach(item -> copy.add(plain(item, name)));
        yield copy;
      }
      case Map<?, ?> map -> {
        Map<Object, Object> copy = new LinkedHashMap<>();
        map.forEach((key, item) -> copy.put(plain(key, name), plain(item, name)));
        yield copy;
      }
      default ->
          throw new TokenizerException(
              "the template variable "
                  + name
                  + " has a value of "
                  + value.getClass()
                  + ", expected text, numbers, truth values, lists and maps");
    };
  }
}
