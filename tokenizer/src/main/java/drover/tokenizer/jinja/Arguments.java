package drover.tokenizer.jinja;

import java.util.List;
import java.util.Map;

/** The arguments of a call to something built in, by position or by name. */
record Arguments(String of, List<Object> positional, Map<String, Object> named) {

  /** The argument of this position or name, or what is given where there is none. */
  Object get(int position, String name, Object otherwise) {
    if (position < positional.size()) {
      return positional.get(position);
    }
    return named.containsKey(name) ? named.get(name) : otherwise;
  }

  Object get(int position, String name) {
    if (position >= positional.size() && !named.containsKey(name)) {
      throw new JinjaException(of + " needs the argument " + name);
    }
    return get(position, name, null);
  }

  String text(int position, String name) {
    return Values.text(get(position, name));
  }

  boolean isTrue(int position, String name) {
    return Values.isTrue(get(position, name, false));
  }
}
