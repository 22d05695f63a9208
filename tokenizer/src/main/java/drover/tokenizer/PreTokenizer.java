package drover.tokenizer;

import java.util.ArrayList;
import java.util.List;

/** Splits the text into the words that the model encodes: the {@code pre_tokenizer}. */
@FunctionalInterface
interface PreTokenizer {

  /** Splits one piece; the parts go to the list in order. */
  void split(Piece piece, List<Piece> out);

  /** GPT-2's pattern, which ByteLevel uses (OpenAI gpt-2, {@code encoder.py}). */
  String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  /** Reads a pre-tokenizer; null means that there is none. */
  static PreTokenizer read(Json json) {
    if (json.isNull()) {
      return (piece, out) -> out.add(piece);
    }
    String type = json.get("type").string();
    return switch (type) {
      case "Sequence" -> sequence(json.get("pretokenizers"));
      case "Split" ->
          pattern(
              PiecePattern.read(json.get("pattern")),
              SplitBehavior.read(json.get("behavior")),
              json.get("invert").bool(false));
      case "ByteLevel" ->
          byteLevel(json.get("add_prefix_space").bool(true), json.get("use_regex").bool(true));
      case "Digits" ->
          pattern(
              PiecePattern.each(Unicode::isNumeric),
              json.get("individual_digits").bool(false)
                  ? SplitBehavior.ISOLATED
                  : SplitBehavior.CONTIGUOUS,
              false);
      case "Metaspace" -> metaspace(Metaspace.read(json));
      case "Whitespace" -> whitespace();
      case "WhitespaceSplit" ->
          pattern(PiecePattern.each(Unicode::isWhitespace), SplitBehavior.REMOVED, false);
      case "Punctuation" ->
          pattern(
              PiecePattern.each(Unicode::isPunctuation),
              json.has("behavior")
                  ? SplitBehavior.read(json.get("behavior"))
                  : SplitBehavior.ISOLATED,
              false);
      default ->
          throw json.error(
              "the pre-tokenizer "
                  + Json.show(type)
                  + " is not supported (supported: Sequence, Split, ByteLevel, Digits, Metaspace,"
                  + " Whitespace, WhitespaceSplit, Punctuation)");
    };
  }

  /** Whether the pre-tokenizer, or one in its sequence, is of this type. */
  static boolean uses(Json json, String type) {
    if (json.isNull()) {
      return false;
    }
    return type.equals(json.get("type").value())
        || json.has("pretokenizers")
            && json.get("pretokenizers").list().stream().anyMatch(part -> uses(part, type));
  }

  private static PreTokenizer sequence(Json json) {
    List<PreTokenizer> parts = new ArrayList<>();
    json.list().forEach(part -> parts.add(read(part)));
    return (piece, out) -> {
      List<Piece> pieces = List.of(piece);
      for (PreTokenizer part : parts) {
        List<Piece> split = new ArrayList<>();
        pieces.forEach(one -> part.split(one, split));
        pieces = split;
      }
      out.addAll(pieces);
    };
  }

  private static PreTokenizer pattern(
      PiecePattern pattern, SplitBehavior behavior, boolean invert) {
    return (piece, out) -> behavior.split(piece, pattern, invert, out);
  }

  private static PreTokenizer byteLevel(boolean addPrefixSpace, boolean useRegex) {
    PiecePattern words = useRegex ? PiecePattern.regex(GPT2) : null;
    return (piece, out) -> {
      boolean prefix = addPrefixSpace && !piece.text().startsWith(" ");
      Piece whole = prefix ? piece.with(" " + piece.text()) : piece;
      List<Piece> parts = new ArrayList<>();
      if (useRegex) {
        SplitBehavior.ISOLATED.split(whole, words, false, parts);
      } else {
        parts.add(whole);
      }
      parts.forEach(part -> out.add(part.with(ByteLevelAlphabet.encode(part.text()))));
    };
  }

  private static PreTokenizer metaspace(Metaspace metaspace) {
    PiecePattern mark = PiecePattern.literal(metaspace.replacement());
    return (piece, out) -> {
      String text = piece.text().replace(" ", metaspace.replacement());
      boolean prepend =
          !text.startsWith(metaspace.replacement())
              && switch (metaspace.scheme()) {
                case ALWAYS -> true;
                case FIRST -> piece.first();
                case NEVER -> false;
              };
      Piece whole = piece.with(prepend ? metaspace.replacement() + text : text);
      if (metaspace.split()) {
        SplitBehavior.MERGED_WITH_NEXT.split(whole, mark, false, out);
      } else {
        out.add(whole);
      }
    };
  }

  /** Runs of word characters and runs of everything else but white space. */
  private static PreTokenizer whitespace() {
    PiecePattern runs =
        (text, matches) -> {
          int start = 0;
          int kind = 0;
          for (int at = 0; at < text.length(); ) {
            int c = text.codePointAt(at);
            int here = Unicode.isWord(c) ? 1 : Unicode.isWhitespace(c) ? 0 : 2;
            if (here != kind) {
              if (kind != 0) {
                matches.match(start, at);
              }
              start = at;
              kind = here;
            }
            at += Character.charCount(c);
          }
          if (kind != 0) {
            matches.match(start, text.length());
          }
        };
    return pattern(runs, SplitBehavior.REMOVED, true);
  }
}
