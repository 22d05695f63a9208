package drover.tokenizer;

import java.util.List;

/** What becomes of the matches when a piece is split at a pattern. */
enum SplitBehavior {
  REMOVED("Removed"),
  ISOLATED("Isolated"),
  MERGED_WITH_PREVIOUS("MergedWithPrevious"),
  MERGED_WITH_NEXT("MergedWithNext"),
  CONTIGUOUS("Contiguous");

  private final String jsonName;

  SplitBehavior(String jsonName) {
    this.jsonName = jsonName;
  }

  static SplitBehavior read(Json json) {
    for (SplitBehavior behavior : values()) {
      if (behavior.jsonName.equals(json.string())) {
        return behavior;
      }
    }
    throw json.expected("one of Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous");
  }

  /** The piece cut into matches and what is between them. */
  private static final class Cuts {
    private final IntList starts = new IntList();
    private final IntList ends = new IntList();
    private final IntList kinds = new IntList(); // 1 for a match

    void add(int start, int end, boolean match) {
      starts.add(start);
      ends.add(end);
      kinds.add(match ? 1 : 0);
    }

    int size() {
      return starts.size();
    }

    boolean match(int i) {
      return kinds.get(i) == 1;
    }
  }

  /**
   * Splits a piece.
   *
   * @param invert whether what is between the matches counts as match and the other way round
   * @param out takes the parts that are not empty
   */
  void split(Piece piece, PiecePattern pattern, boolean invert, List<Piece> out) {
    String text = piece.text();
    if (this == REMOVED || this == ISOLATED) {
      splitApart(piece, pattern, invert, out);
      return;
    }
    Cuts cuts = new Cuts();
    int[] end = {0};
    pattern.findAll(
        text,
        (from, to) -> {
          if (end[0] < from) {
            cuts.add(end[0], from, invert);
          }
          cuts.add(from, to, !invert);
          end[0] = to;
        });
    if (end[0] < text.length()) {
      cuts.add(end[0], text.length(), invert);
    }
    if (this == MERGED_WITH_NEXT) {
      mergeWithNext(piece, cuts, out);
    } else {
      mergeWithPrevious(piece, cuts, out);
    }
  }

  /** Every match and everything between becomes a part, or only what does not count as match. */
  private void splitApart(Piece piece, PiecePattern pattern, boolean invert, List<Piece> out) {
    boolean keepMatches = this == ISOLATED || invert;
    boolean keepRest = this == ISOLATED || !invert;
    int[] end = {0};
    pattern.findAll(
        piece.text(),
        (from, to) -> {
          if (keepRest) {
            emit(piece, end[0], from, out);
          }
          if (keepMatches) {
            emit(piece, from, to, out);
          }
          end[0] = to;
        });
    if (keepRest) {
      emit(piece, end[0], piece.text().length(), out);
    }
  }

  private static void emit(Piece piece, int from, int to, List<Piece> out) {
    if (from < to) {
      out.add(piece.slice(from, to));
    }
  }

  /** Joins a cut to the one before: a match to what precedes it, or like to like. */
  private void mergeWithPrevious(Piece piece, Cuts cuts, List<Piece> out) {
    boolean before = false;
    int start = 0;
    for (int i = 0; i < cuts.size(); i++) {
      boolean match = cuts.match(i);
      boolean joins = this == CONTIGUOUS ? match == before : match && !before;
      if (!joins && i > 0) {
        emit(piece, start, cuts.starts.get(i), out);
        start = cuts.starts.get(i);
      }
      before = match;
    }
    emit(piece, start, piece.text().length(), out);
  }

  /** Joins a match to what follows it. */
  private static void mergeWithNext(Piece piece, Cuts cuts, List<Piece> out) {
    int start = 0;
    for (int i = 0; i + 1 < cuts.size(); i++) {
      boolean joins = cuts.match(i) && !cuts.match(i + 1);
      if (!joins) {
        emit(piece, start, cuts.ends.get(i), out);
        start = cuts.ends.get(i);
      }
    }
    emit(piece, start, piece.text().length(), out);
  }
}
