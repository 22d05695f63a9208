package drover.tokenizer;

/**
 * A token beside the model's vocabulary, matched in the text before the model sees it.
 *
 * @param pattern what is looked for: the content, normalized if the token says so
 */
record AddedToken(
    int id,
    String content,
    String pattern,
    boolean special,
    boolean normalized,
    boolean lstrip,
    boolean rstrip,
    boolean singleWord) {}
