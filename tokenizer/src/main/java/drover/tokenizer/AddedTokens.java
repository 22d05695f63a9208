package drover.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * The added tokens of a tokenizer. Those that are not normalized are cut out of the text as it
 * came, the others out of what is left after normalization; at each place the longest one wins.
 */
final class AddedTokens {

  private static final int MAX_LENGTH = 512;
  private static final System.Logger LOG = System.getLogger(Tokenizer.class.getName());

  private final Map<Integer, AddedToken> byId = new HashMap<>();
  private final Map<String, Integer> idByContent = new HashMap<>();
  private final Set<Integer> specialIds = new HashSet<>();
  private final TokenTrie verbatim;
  private final TokenTrie normalized;
  private final boolean hasNormalizedSpecials;

  /**
   * Gives each token its id as HuggingFace does: that of the same text in the vocabulary, else the
   * next free one, whatever the file says; the first for which the file says otherwise is logged.
   */
  AddedTokens(Json json, Vocabulary vocabulary, Normalizer normalizer) {
    Set<String> specials = new HashSet<>();
    int nextId = vocabulary.size();
    boolean warned = false;
    for (Json entry : json.isNull() ? List.<Json>of() : json.list()) {
      String content = entry.get("content").string();
      if (content.isEmpty()) {
        continue;
      }
      if (content.length() > MAX_LENGTH) {
        throw entry.error("an added token is longer than " + MAX_LENGTH + " characters");
      }
      Integer id = idByContent.get(content);
      if (id == null) {
        int known = vocabulary.find(content);
        id = known == Vocabulary.NONE ? nextId++ : known;
      }
      long declared = entry.get("id").natural();
      if (declared != id && !warned) {
        warned = true;
        LOG.log(
            System.Logger.Level.WARNING,
            "{0}: the token {1} says id {2} but has id {3}, as in HuggingFace tokenizers",
            entry.where(),
            Json.show(content),
            String.valueOf(declared),
            String.valueOf(id));
      }
      AddedToken token = token(entry, id, content, normalizer);
      if (token.special()) {
        specials.add(content);
      }
      idByContent.put(content, id);
      byId.put(id, token);
    }
    byId.forEach(
        (id, token) -> {
          if (specials.contains(token.pattern())) {
            specialIds.add(id);
          }
        });
    verbatim = trie(false);
    normalized = trie(true);
    hasNormalizedSpecials = byId.values().stream().anyMatch(t -> t.special() && t.normalized());
  }

  private static AddedToken token(Json entry, int id, String content, Normalizer normalizer) {
    boolean special = entry.get("special").bool(false);
    boolean isNormalized = entry.get("normalized").bool(!special);
    String pattern = isNormalized ? normalizer.normalize(new Piece(content, true)).text() : content;
    return new AddedToken(
        id,
        content,
        pattern,
        special,
        isNormalized,
        entry.get("lstrip").bool(false),
        entry.get("rstrip").bool(false),
        entry.get("single_word").bool(false));
  }

  private TokenTrie trie(boolean ofNormalized) {
    Map<String, AddedToken> tokens = new LinkedHashMap<>();
    for (AddedToken token : byId.values()) {
      if (token.normalized() == ofNormalized && !token.pattern().isEmpty()) {
        tokens.put(token.pattern(), token);
      }
    }
    return new TokenTrie(new ArrayList<>(tokens.values()));
  }

  Map<Integer, AddedToken> byId() {
    return byId;
  }

  Integer idOf(String content) {
    return idByContent.get(content);
  }

  boolean isSpecial(int id) {
    return specialIds.contains(id);
  }

  /**
   * Cuts the text at the tokens in it.
   *
   * @param literal where special tokens in the text do not count
   * @param text takes each piece between tokens, normalized
   * @param token takes each token found
   */
  void split(
      String input,
      List<Span> literal,
      Normalizer normalizer,
      Consumer<Piece> text,
      Consumer<AddedToken> token) {
    cut(
        new Piece(input, true),
        verbatim,
        literal,
        (raw, at) -> {
          List<Span> inPiece = normalizedSpans(raw, at, literal, normalizer);
          cut(normalizer.normalize(raw), normalized, inPiece, (p, _) -> text.accept(p), token);
        },
        token);
  }

  /**
   * The spans that reach into a piece, as places in its normalized text: a place is as far in as
   * the normalized text before it is long.
   */
  private List<Span> normalizedSpans(
      Piece raw, int offset, List<Span> literal, Normalizer normalizer) {
    if (!hasNormalizedSpecials) {
      return List.of();
    }
    int length = raw.text().length();
    List<Span> spans = new ArrayList<>();
    for (Span span : literal) {
      int start = Math.max(0, span.start() - offset);
      int end = Math.min(length, span.end() - offset);
      if (start < end) {
        int from = normalizer.normalize(raw.slice(0, start)).text().length();
        int to =
            end == length
                ? Integer.MAX_VALUE
                : normalizer.normalize(raw.slice(0, end)).text().length();
        spans.add(new Span(from, Math.max(from, to)));
      }
    }
    return spans;
  }

  private static void cut(
      Piece piece,
      TokenTrie trie,
      List<Span> literal,
      ObjIntConsumer<Piece> text,
      Consumer<AddedToken> token) {
    String input = piece.text();
    int done = 0;
    for (int at = 0; at < input.length() && !trie.isEmpty(); ) {
      AddedToken found = trie.mayStart(input.charAt(at)) ? trie.longest(input, at) : null;
      if (found == null) {
        at++;
        continue;
      }
      int start = at;
      int end = at + found.pattern().length();
      at = end;
      if ((found.special() && overlaps(literal, start, end))
          || (found.singleWord() && !isSingleWord(input, start, end))) {
        continue;
      }
      if (found.lstrip()) {
        while (start > done && Unicode.isWhitespace(input.charAt(start - 1))) {
          start--;
        }
      }
      while (found.rstrip() && end < input.length() && Unicode.isWhitespace(input.charAt(end))) {
        end++;
      }
      if (done < start) {
        text.accept(piece.slice(done, start), done);
      }
      token.accept(found);
      done = end;
    }
    if (done < input.length()) {
      text.accept(piece.slice(done, input.length()), done);
    }
  }

  private static boolean overlaps(List<Span> spans, int start, int end) {
    for (Span span : spans) {
      if (span.start() < end && start < span.end()) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSingleWord(String text, int start, int end) {
    return (start == 0 || !Unicode.isWord(text.codePointBefore(start)))
        && (end == text.length() || !Unicode.isWord(text.codePointAt(end)));
  }
}
