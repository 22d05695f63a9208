package drover.tokenizer.jinja;

import java.util.List;
import java.util.Map;

/** A function or method that a template can call. */
@FunctionalInterface
interface Callable {

  Object call(List<Object> positional, Map<String, Object> named);
}
