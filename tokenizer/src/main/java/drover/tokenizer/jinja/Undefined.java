package drover.tokenizer.jinja;

/** A value that is not there: false, empty, printed as nothing; whatever else is done fails. */
record Undefined(String message) {

  static Undefined name(String name) {
    return new Undefined("'" + name + "' is undefined");
  }
}
