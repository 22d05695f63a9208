package drover.tokenizer.jinja;

import java.util.List;

/** The {@code loop} of a for statement. */
final class Loop {

  private final List<?> items;
  private final int depth;
  private int index = -1;
  private List<Object> lastSeen;

  Loop(List<?> items, int depth) {
    this.items = items;
    this.depth = depth;
  }

  int depth() {
    return depth;
  }

  void advance() {
    index++;
  }

  Object attribute(String name) {
    return switch (name) {
      case "index" -> index + 1L;
      case "index0" -> (long) index;
      case "revindex" -> (long) (items.size() - index);
      case "revindex0" -> (long) (items.size() - index - 1);
      case "first" -> index == 0;
      case "last" -> index == items.size() - 1;
      case "length" -> (long) items.size();
      case "depth" -> (long) depth;
      case "depth0" -> depth - 1L;
      case "previtem" ->
          index == 0 ? new Undefined("there is no previous item") : items.get(index - 1);
      case "nextitem" ->
          index == items.size() - 1 ? new Undefined("there is no next item") : items.get(index + 1);
      case "cycle" -> (Callable) (positional, named) -> cycle(positional);
      case "changed" -> (Callable) (positional, named) -> changed(positional);
      default -> new Undefined("'loop' has no attribute '" + name + "'");
    };
  }

  private Object cycle(List<Object> values) {
    if (values.isEmpty()) {
      throw new JinjaException("loop.cycle without values");
    }
    return values.get(index % values.size());
  }

  private Object changed(List<Object> values) {
    boolean changed = lastSeen == null || !Values.equal(lastSeen, values);
    lastSeen = values;
    return changed;
  }
}
