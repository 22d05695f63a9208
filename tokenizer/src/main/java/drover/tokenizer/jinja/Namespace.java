package drover.tokenizer.jinja;

import java.util.Map;

/** An object whose attributes a template may set: {@code namespace(found=false)}. */
record Namespace(Map<String, Object> attributes) {}
