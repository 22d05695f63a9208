package drover.tokenizer.jinja;

import java.util.List;
import java.util.Map;

/** What a rendering may use, so that a hostile template can neither hang nor exhaust memory. */
final class Budget {

  static final int MAX_LENGTH = 1 << 25;
  static final int MAX_ITEMS = 1_000_000;

  private static final long MAX_STEPS = 20_000_000;
  private static final long MAX_CHARACTERS = 1L << 28;
  private static final int MAX_DEPTH = 600;

  private long steps;
  private long characters;
  private int depth;

  void step() {
    if (++steps > MAX_STEPS) {
      throw new JinjaException("the template takes more than " + MAX_STEPS + " steps");
    }
  }

  void enter() {
    step();
    if (++depth > MAX_DEPTH) {
      throw new JinjaException("expressions or macros are nested too deep");
    }
  }

  void leave() {
    depth--;
  }

  /** Counts text that is made, before it is made. */
  void characters(long count) {
    characters += count;
    if (count > MAX_LENGTH || characters > MAX_CHARACTERS) {
      throw new JinjaException("the template makes too much text");
    }
  }

  /** Counts the items of a list that is made. */
  void items(long count) {
    steps += count;
    if (count > MAX_ITEMS) {
      throw new JinjaException("the template makes a list of more than " + MAX_ITEMS + " items");
    }
  }

  /** Counts looking through a value. */
  void scan(Object value) {
    switch (value) {
      case String text -> characters(text.length());
      case List<?> list -> steps += list.size();
      case Map<?, ?> map -> steps += map.size();
      case null, default -> step();
    }
  }
}
