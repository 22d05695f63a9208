package drover.engine.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import drover.engine.io.DroverException;
import drover.engine.io.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a safetensors header: the JSON object between the length and the data. */
final class HeaderParser {
  static final String METADATA = "__metadata__";

  /** Far more than any model has; bounds the memory that a header of 100 MB can ask for. */
  static final int MOST_TENSORS = 250_000;

  private static final int MOST_DIMENSIONS = 64;

  /** A tensor and where its data lies, in bytes from the start of the data section. */
  record Entry(TensorInfo info, long begin, long end) {}

  /** What a header says, in its own order. */
  record Header(Map<String, Entry> entries, Map<String, String> metadata) {}

  private final String file;
  private final JsonParser json;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private HeaderParser(String file, JsonParser json) {
    this.file = file;
    this.json = json;
  }

  static Header parse(String file, InputStream header) {
    try (JsonParser json = StrictJson.parser(header)) {
      return new HeaderParser(file, json).header();
    } catch (IOException e) {
      throw StrictJson.invalid(file + ": the safetensors header", e);
    }
  }

  private Header header() throws IOException {
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw broken(name, "must be described by a JSON object");
      }
      if (name.equals(METADATA)) {
        readMetadata();
      } else if (entries.size() == MOST_TENSORS) {
        throw new DroverException(
            file + ": the safetensors header lists more than " + MOST_TENSORS + " tensors");
      } else {
        entries.put(name, entry(name));
      }
    }
    if (json.nextToken() != null) {
      throw new DroverException(
          file + ": the safetensors header has more than one JSON object, expected only padding");
    }
    return new Header(entries, metadata);
  }

  private void readMetadata() throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw new DroverException(
            file
                + ": __metadata__ key "
                + DroverException.quote(key)
                + " must have a string as its value");
      }
      metadata.put(key, json.getText());
    }
  }

  private Entry entry(String name) throws IOException {
    ElementType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      json.nextToken();
      switch (key) {
        case "dtype" -> type = type(name);
        case "shape" -> shape = sizes(name, "shape", MOST_DIMENSIONS);
        case "data_offsets" -> offsets = sizes(name, "data_offsets", 2);
        default -> json.skipChildren();
      }
    }
    if (type == null || shape == null || offsets == null) {
      throw broken(name, "must have the keys dtype, shape and data_offsets");
    }
    if (offsets.size() != 2) {
      throw broken(name, "must have two data_offsets, begin and end");
    }
    TensorInfo info;
    try {
      info = new TensorInfo(name, type, shape);
    } catch (DroverException e) {
      throw new DroverException(file + ": " + e.getMessage(), e);
    }
    return new Entry(info, offsets.get(0), offsets.get(1));
  }

  private ElementType type(String name) throws IOException {
    String text = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
    return ElementType.named(text)
        .orElseThrow(
            () ->
                broken(name, "has the dtype " + DroverException.quote(text) + ", not a known one"));
  }

  private List<Long> sizes(String name, String key, int most) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw broken(name, "must have an array as its " + key);
    }
    List<Long> sizes = new ArrayList<>(4);
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (sizes.size() == most) {
        throw broken(name, "has more than " + most + " numbers in its " + key);
      }
      sizes.add(size(name, key));
    }
    return sizes;
  }

  private long size(String name, String key) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw broken(name, "must have only whole numbers in its " + key);
    }
    if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw broken(name, "has a number in its " + key + " that overflows 64 bits");
    }
    long size = json.getLongValue();
    if (size < 0) {
      throw broken(name, "has the negative number " + size + " in its " + key);
    }
    return size;
  }

  private DroverException broken(String tensor, String rule) {
    return new DroverException(file + ": tensor " + DroverException.quote(tensor) + " " + rule);
  }
}
