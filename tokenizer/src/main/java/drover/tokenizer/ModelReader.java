package drover.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Reads the {@code model} of a tokenizer.json, which must be BPE. */
final class ModelReader {

  private static final Set<String> OPTIONS =
      Set.of(
          "type",
          "dropout",
          "unk_token",
          "continuing_subword_prefix",
          "end_of_word_suffix",
          "fuse_unk",
          "byte_fallback",
          "ignore_merges");

  private final String where;
  private final Map<String, Json> options = new HashMap<>();
  private Vocabulary vocabulary;
  private boolean hasMerges;
  private char[] mergeTexts = new char[1 << 12]; // left and right of each merge, end to end
  private int[] mergeEnds = new int[1 << 10]; // the end of each left, of each right
  private int mergeSides;

  ModelReader(String where) {
    this.where = where;
  }

  void read(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new TokenizerException(where + ": expected an object");
    }
    Set<String> seen = new HashSet<>();
    while (Json.next(parser, where) != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      JsonToken token = Json.next(parser, where);
      if (!seen.add(key)) {
        throw new TokenizerException(where + ": the key " + Json.show(key) + " is there twice");
      }
      if (OPTIONS.contains(key)) {
        options.put(key, Json.read(parser, where + "." + key));
      } else if (key.equals("vocab") && token == JsonToken.START_OBJECT) {
        readVocabulary(parser);
      } else if (key.equals("merges") && token == JsonToken.START_ARRAY) {
        readMerges(parser);
      } else {
        parser.skipChildren();
      }
    }
  }

  private void readVocabulary(JsonParser parser) throws IOException {
    vocabulary = new Vocabulary();
    while (Json.next(parser, where) != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken value = Json.next(parser, where);
      if (value != JsonToken.VALUE_NUMBER_INT
          || parser.getNumberType() != JsonParser.NumberType.INT
          || parser.getIntValue() < 0) {
        throw new TokenizerException(
            where
                + ".vocab: the id of "
                + Json.show(name)
                + " is not a whole number from 0 to 2147483647");
      }
      char[] chars = name.toCharArray();
      if (!vocabulary.add(chars, 0, chars.length, parser.getIntValue())) {
        throw new TokenizerException(
            where + ".vocab: the token " + Json.show(name) + " is there twice");
      }
    }
    int shared = vocabulary.index();
    if (shared != Vocabulary.NONE) {
      throw new TokenizerException(where + ".vocab: two tokens have the id " + shared);
    }
  }

  private void readMerges(JsonParser parser) throws IOException {
    hasMerges = true;
    JsonToken token;
    while ((token = Json.next(parser, where)) != JsonToken.END_ARRAY) {
      if (token == JsonToken.VALUE_STRING) {
        addMergeLine(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
      } else if (token == JsonToken.START_ARRAY) {
        addMergePair(parser);
      } else {
        throw badMerge("is not a string or an array of two strings");
      }
    }
  }

  private void addMergeLine(char[] line, int offset, int length) {
    int space = -1;
    for (int i = offset; i < offset + length; i++) {
      if (line[i] == ' ') {
        if (space >= 0) {
          throw badMerge("has more than one space");
        }
        space = i;
      }
    }
    if (new String(line, offset, Math.min(length, 8)).equals("#version")) {
      return;
    }
    if (space < 0) {
      throw badMerge("has no space between its two tokens");
    }
    addMergeSide(line, offset, space - offset);
    addMergeSide(line, space + 1, offset + length - space - 1);
  }

  private void addMergePair(JsonParser parser) throws IOException {
    for (int side = 0; side < 2; side++) {
      if (Json.next(parser, where) != JsonToken.VALUE_STRING) {
        throw badMerge("is not an array of two strings");
      }
      addMergeSide(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
    }
    if (Json.next(parser, where) != JsonToken.END_ARRAY) {
      throw badMerge("is not an array of two strings");
    }
  }

  private TokenizerException badMerge(String sentence) {
    return new TokenizerException(where + ".merges: merge " + mergeSides / 2 + " " + sentence);
  }

  private void addMergeSide(char[] text, int offset, int length) {
    int start = mergeSides == 0 ? 0 : mergeEnds[mergeSides - 1];
    if (start + length > mergeTexts.length) {
      mergeTexts = Arrays.copyOf(mergeTexts, Math.max(start + length, mergeTexts.length * 2));
    }
    if (mergeSides == mergeEnds.length) {
      mergeEnds = Arrays.copyOf(mergeEnds, mergeSides * 2);
    }
    System.arraycopy(text, offset, mergeTexts, start, length);
    mergeEnds[mergeSides++] = start + length;
  }

  BpeModel build(boolean charsAreBytes) {
    Json type = option("type");
    if (!type.isNull() && !type.string().equals("BPE")) {
      throw type.error(
          "the model " + Json.show(type.string()) + " is not supported (supported: BPE)");
    }
    if (vocabulary == null || !hasMerges) {
      throw new TokenizerException(
          where + ": expected a vocab (an object) and merges (an array), as a BPE model has");
    }
    Json dropout = option("dropout");
    if (!dropout.isNull() && !(dropout.value() instanceof Number p && p.doubleValue() == 0)) {
      throw dropout.error("dropout is not supported, because encoding would be random");
    }
    String prefix = text("continuing_subword_prefix");
    BpeModel.Options read =
        new BpeModel.Options(
            option("unk_token").isNull() ? null : option("unk_token").string(),
            prefix,
            text("end_of_word_suffix"),
            option("fuse_unk").bool(false),
            option("byte_fallback").bool(false),
            option("ignore_merges").bool(false));
    return new BpeModel(vocabulary, mergeTable(prefix.length()), read, charsAreBytes);
  }

  private Json option(String name) {
    return options.getOrDefault(name, new Json(null, where + "." + name));
  }

  private String text(String name) {
    return option(name).isNull() ? "" : option(name).string();
  }

  /** Looks up the ids of all merges; the right side's prefix goes when two tokens are joined. */
  private MergeTable mergeTable(int prefixLength) {
    MergeTable table = new MergeTable(mergeSides / 2);
    char[] joined = new char[64];
    for (int rank = 0; rank < mergeSides / 2; rank++) {
      int start = rank == 0 ? 0 : mergeEnds[2 * rank - 1];
      int middle = mergeEnds[2 * rank];
      int end = mergeEnds[2 * rank + 1];
      int left = find(mergeTexts, start, middle - start, rank);
      int right = find(mergeTexts, middle, end - middle, rank);
      if (end - middle < prefixLength) {
        throw new TokenizerException(
            where + ".merges: the right side of merge " + rank + " lacks the subword prefix");
      }
      int merged;
      if (prefixLength == 0) {
        merged = find(mergeTexts, start, end - start, rank);
      } else {
        int length = end - start - prefixLength;
        joined = joined.length < length ? new char[length * 2] : joined;
        System.arraycopy(mergeTexts, start, joined, 0, middle - start);
        System.arraycopy(
            mergeTexts, middle + prefixLength, joined, middle - start, length - (middle - start));
        merged = find(joined, 0, length, rank);
      }
      table.put(left, right, rank, merged);
    }
    return table;
  }

  private int find(char[] text, int offset, int length, int rank) {
    int id = vocabulary.find(text, offset, length);
    if (id == Vocabulary.NONE) {
      throw new TokenizerException(
          where
              + ".merges: merge "
              + rank
              + " needs the token "
              + Json.show(new String(text, offset, length))
              + ", which the vocabulary lacks");
    }
    return id;
  }
}
