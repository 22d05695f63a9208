package drover.tokenizer.jinja;

import java.util.AbstractList;

/** A list that prints with parentheses. */
final class Tuple extends AbstractList<Object> {

  private final Object[] items;

  Tuple(Object... items) {
    this.items = items;
  }

  @Override
  public Object get(int index) {
    return items[index];
  }

  @Override
  public int size() {
    return items.length;
  }
}
