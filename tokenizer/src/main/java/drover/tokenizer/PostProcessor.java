package drover.tokenizer;

import java.util.Map;

/**
 * The special tokens around an encoded text: the {@code post_processor}.
 *
 * @param before ids in front of the text
 * @param after ids behind it
 */
record PostProcessor(int[] before, int[] after) {

  private static final int[] NOTHING = {};
  private static final PostProcessor NONE = new PostProcessor(NOTHING, NOTHING);

  private boolean addsTokens() {
    return before.length + after.length > 0;
  }

  static PostProcessor read(Json json) {
    if (json.isNull()) {
      return NONE;
    }
    String type = json.get("type").string();
    return switch (type) {
      case "ByteLevel" -> NONE; // only moves offsets
      case "TemplateProcessing" -> template(json);
      case "BertProcessing", "RobertaProcessing" ->
          new PostProcessor(
              new int[] {pairId(json.get("cls"))}, new int[] {pairId(json.get("sep"))});
      case "Sequence" -> {
        PostProcessor only = NONE;
        for (Json part : json.get("processors").list()) {
          PostProcessor processor = read(part);
          if (processor.addsTokens() && only.addsTokens()) {
            throw json.error("more than one processor adds tokens, which is not supported");
          }
          only = processor.addsTokens() ? processor : only;
        }
        yield only;
      }
      default ->
          throw json.error(
              "the post-processor "
                  + Json.show(type)
                  + " is not supported (supported: ByteLevel, TemplateProcessing, BertProcessing,"
                  + " RobertaProcessing, Sequence)");
    };
  }

  private static int pairId(Json pair) {
    if (pair.list().size() != 2) {
      throw pair.expected("an array of a token and its id");
    }
    return pair.list().get(1).natural();
  }

  private static PostProcessor template(Json json) {
    Map<String, Json> tokens = json.get("special_tokens").object();
    IntList before = new IntList();
    IntList after = new IntList();
    boolean seen = false;
    for (Json piece : json.get("single").list()) {
      if (piece.has("SpecialToken")) {
        Json name = piece.get("SpecialToken").get("id");
        Json token = tokens.get(name.string());
        if (token == null) {
          throw name.error("the token " + Json.show(name.string()) + " is not in special_tokens");
        }
        IntList side = seen ? after : before;
        token.get("ids").list().forEach(id -> side.add(id.natural()));
      } else {
        Json sequence = piece.get("Sequence").get("id");
        if (seen || !sequence.string().equals("A")) {
          throw sequence.error("a template for one text must hold the sequence A once");
        }
        seen = true;
      }
    }
    if (!seen) {
      throw json.get("single").error("a template for one text must hold the sequence A once");
    }
    return new PostProcessor(before.toArray(), after.toArray());
  }
}
