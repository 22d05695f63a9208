package drover.tokenizer.regex;

/** Reads what stands between square brackets, from after the opening one. */
final class ClassParser {

  private static final int MAX_DEPTH = 20;

  private final Parser in;
  private final int depth;

  ClassParser(Parser in) {
    this(in, 0);
  }

  private ClassParser(Parser in, int depth) {
    this.in = in;
    this.depth = depth;
    if (depth > MAX_DEPTH) {
      throw new RegexException("classes are nested more than " + MAX_DEPTH + " deep");
    }
  }

  CharSet parse() {
    boolean negated = in.take('^');
    CharSet set = null;
    CharSet left = null; // what stands before the last &&
    boolean first = true;
    while (true) {
      if (in.atEnd()) {
        throw new RegexException("a class is not closed");
      }
      if (!first && in.take(']')) {
        break;
      }
      if (in.take("&&")) {
        left = left == null ? orEmpty(set) : left.and(orEmpty(set));
        set = null;
      } else {
        CharSet item = item();
        set = set == null ? item : set.or(item);
      }
      first = false;
    }
    CharSet result = left == null ? orEmpty(set) : left.and(orEmpty(set));
    return negated ? result.not() : result;
  }

  private static CharSet orEmpty(CharSet set) {
    return set == null ? CharClasses.ANY.not() : set;
  }

  private CharSet item() {
    if (in.take("[:")) {
      return posix();
    }
    if (in.take('[')) {
      return new ClassParser(in, depth + 1).parse();
    }
    boolean escapedFrom = in.take('\\');
    if (escapedFrom && !in.escapesOneCharacter()) {
      return in.escapedSet();
    }
    int from = escapedFrom ? in.escapedCharacter() : in.next();
    if (!in.take('-')) {
      return CharSet.range(from, from);
    }
    if (in.atEnd() || in.peek() == ']' || in.peek() == '[') {
      return CharSet.range(from, from).or(CharSet.range('-', '-'));
    }
    boolean escaped = in.take('\\');
    if (escaped && !in.escapesOneCharacter()) {
      return CharSet.range(from, from).or(CharSet.range('-', '-')).or(in.escapedSet());
    }
    int to = escaped ? in.escapedCharacter() : in.next();
    if (to < from) {
      throw new RegexException("a range that runs backwards at index " + in.index());
    }
    return CharSet.range(from, to);
  }

  private CharSet posix() {
    boolean negated = in.take('^');
    StringBuilder name = new StringBuilder();
    while (!in.atEnd() && !in.take(":]")) {
      name.appendCodePoint(in.next());
    }
    CharSet set = CharClasses.named(name.toString());
    return negated ? set.not() : set;
  }
}
