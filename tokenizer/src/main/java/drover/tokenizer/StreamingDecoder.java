package drover.tokenizer;

/**
 * Decodes ids one by one, as a model generates them. What comes out is whole characters; put
 * together it is what {@link Tokenizer#decode} makes of all the ids. For one thread.
 */
public final class StreamingDecoder {

  private final Tokenizer tokenizer;
  private final Decoder.Run run;
  private final boolean skipSpecial;

  StreamingDecoder(Tokenizer tokenizer, Decoder.Run run, boolean skipSpecial) {
    this.tokenizer = tokenizer;
    this.run = run;
    this.skipSpecial = skipSpecial;
  }

  /**
   * Adds the next id.
   *
   * @return the text that is now certain; empty while a character is not complete
   */
  public String add(int id) {
    String token = tokenizer.decodable(id, skipSpecial);
    if (token != null) {
      run.accept(token);
    }
    return run.take();
  }

  /**
   * Ends the text; nothing may be added afterwards.
   *
   * @return what was held back; a character that never became complete is U+FFFD
   */
  public String finish() {
    run.finish();
    return run.take();
  }
}
