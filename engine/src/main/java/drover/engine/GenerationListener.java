package drover.engine;

/** Hears of tokens as they are generated. */
@FunctionalInterface
public interface GenerationListener {
  /** Hears nothing. */
  GenerationListener NONE = (request, id, text) -> {};

  /**
   * Called for every token, on the thread that generates.
   *
   * @param request the index of the request
   * @param id the token
   * @param text what can be shown now: whole characters only, and nothing that may turn out to be
   *     the beginning of a stop string; all texts of a request end to end are its final text
   */
  void token(int request, int id, String text);
}
