package drover.tokenizer;

import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.List;

/** Changes the text before it is split: the {@code normalizer} of tokenizer.json. */
@FunctionalInterface
interface Normalizer {

  Piece normalize(Piece piece);

  /** Reads a normalizer; null means that there is none. */
  static Normalizer read(Json json) {
    if (json.isNull()) {
      return piece -> piece;
    }
    String type = json.get("type").string();
    return switch (type) {
      case "Sequence" -> sequence(json.get("normalizers"));
      case "Prepend" -> prepend(json.get("prepend").string());
      case "Replace" -> replace(json);
      case "NFC", "NFD", "NFKC", "NFKD" -> {
        Form form = Form.valueOf(type);
        yield piece -> piece.with(Unicode.normalize(piece.text(), form));
      }
      case "Lowercase" -> piece -> piece.with(Unicode.lowercase(piece.text()));
      case "Strip" -> strip(json.get("strip_left").bool(true), json.get("strip_right").bool(true));
      case "StripAccents" -> Normalizer::stripAccents;
      case "ByteLevel" -> piece -> piece.with(ByteLevelAlphabet.encode(piece.text()));
      default ->
          throw json.error(
              "the normalizer "
                  + Json.show(type)
                  + " is not supported (supported: Sequence, Prepend, Replace, NFC, NFD, NFKC,"
                  + " NFKD, Lowercase, Strip, StripAccents, ByteLevel)");
    };
  }

  /** Whether the normalizer, or one in its sequence, is of this type. */
  static boolean uses(Json json, String type) {
    if (json.isNull()) {
      return false;
    }
    return type.equals(json.get("type").value())
        || json.has("normalizers")
            && json.get("normalizers").list().stream().anyMatch(part -> uses(part, type));
  }

  private static Normalizer sequence(Json json) {
    List<Normalizer> parts = new ArrayList<>();
    json.list().forEach(part -> parts.add(read(part)));
    return piece -> {
      Piece result = piece;
      for (Normalizer part : parts) {
        result = part.normalize(result);
      }
      return result;
    };
  }

  private static Normalizer prepend(String prefix) {
    return piece -> piece.text().isEmpty() ? piece : piece.with(prefix + piece.text());
  }

  private static Normalizer replace(Json json) {
    PiecePattern pattern = PiecePattern.read(json.get("pattern"));
    String content = json.get("content").string();
    return piece -> piece.with(pattern.replaceAll(piece.text(), content));
  }

  private static Normalizer strip(boolean left, boolean right) {
    return piece -> {
      String text = piece.text();
      int from = 0;
      int to = text.length();
      while (left && from < to && Unicode.isWhitespace(text.charAt(from))) {
        from++;
      }
      while (right && from < to && Unicode.isWhitespace(text.charAt(to - 1))) {
        to--;
      }
      return piece.slice(from, to);
    };
  }

  private static Piece stripAccents(Piece piece) {
    StringBuilder kept = new StringBuilder(piece.text().length());
    piece
        .text()
        .codePoints()
        .filter(c -> !Unicode.isCombiningMark(c))
        .forEach(kept::appendCodePoint);
    return piece.with(kept.toString());
  }
}
