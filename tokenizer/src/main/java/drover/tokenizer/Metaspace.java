package drover.tokenizer;

/**
 * Options of Metaspace, which writes spaces as a visible character; it is both a pre-tokenizer and
 * a decoder.
 */
record Metaspace(String replacement, Scheme scheme, boolean split) {

  /** Where the replacement is put in front of a piece that does not begin with it. */
  enum Scheme {
    ALWAYS,
    FIRST,
    NEVER
  }

  static Metaspace read(Json json) {
    Scheme scheme = Scheme.ALWAYS;
    if (json.has("prepend_scheme")) {
      Json name = json.get("prepend_scheme");
      scheme =
          switch (name.string()) {
            case "always" -> Scheme.ALWAYS;
            case "first" -> Scheme.FIRST;
            case "never" -> Scheme.NEVER;
            default -> throw name.expected("always, first or never");
          };
    }
    if (!json.get("add_prefix_space").bool(true)) {
      if (json.has("prepend_scheme") && scheme != Scheme.NEVER) {
        throw json.error("add_prefix_space is false but prepend_scheme is not never");
      }
      scheme = Scheme.NEVER;
    }
    String replacement = Character.toString(json.get("replacement").character());
    return new Metaspace(replacement, scheme, json.get("split").bool(true));
  }
}
