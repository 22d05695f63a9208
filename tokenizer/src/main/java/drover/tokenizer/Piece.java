package drover.tokenizer;

/**
 * A part of the text on its way to the model.
 *
 * @param text the part, as normalized so far
 * @param first whether it begins where the original text begins
 */
record Piece(String text, boolean first) {

  Piece slice(int from, int to) {
    return from == 0 && to == text.length()
        ? this
        : new Piece(text.substring(from, to), first && from == 0);
  }

  Piece with(String newText) {
    return new Piece(newText, first);
  }
}
