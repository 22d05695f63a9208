package drover.tokenizer;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Puts long runs of combining marks into canonical order (Unicode, chapter 3.11, D109) before the
 * JDK's normalizer sees them: that one takes quadratic time to sort them. The JDK does not tell the
 * combining classes, but it shows them by which of two marks it moves in front of the other.
 */
final class LongMarks {

  private static final int LONG = 512;
  private static final String LOWEST = "\u0334"; // combining class 1
  private static final String HIGHEST = "\u0345"; // combining class 240

  private final Map<Integer, Boolean> moves = new HashMap<>();
  private final StringBuilder out = new StringBuilder();
  private final List<Integer> run = new ArrayList<>();

  private LongMarks() {}

  /** The same text up to canonical equivalence, with the marks of each long run in order. */
  static String order(String text) {
    int marks = 0;
    int longest = 0;
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      marks = mayMove(c) ? marks + 1 : 0;
      longest = Math.max(longest, marks);
      at += Character.charCount(c);
    }
    return longest < LONG ? text : new LongMarks().orderAll(text);
  }

  private static boolean mayMove(int c) {
    if (c < 0x300) {
      return false;
    }
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.ENCLOSING_MARK;
  }

  private String orderAll(String text) {
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      if (mayMove(c)) {
        Normalizer.normalize(Character.toString(c), Form.NFD).codePoints().forEach(this::add);
      } else {
        flush();
        out.appendCodePoint(c);
      }
    }
    flush();
    return out.toString();
  }

  private void add(int mark) {
    if (moves.computeIfAbsent(mark, LongMarks::isMoved)) {
      run.add(mark);
    } else {
      flush();
      out.appendCodePoint(mark);
    }
  }

  private static boolean isMoved(int mark) {
    String text = Character.toString(mark);
    return !Normalizer.isNormalized(text + LOWEST, Form.NFD)
        || !Normalizer.isNormalized(HIGHEST + text, Form.NFD);
  }

  private void flush() {
    if (run.size() > 1) {
      Map<Integer, Integer> classes = classes();
      run.sort(Comparator.comparingInt(classes::get));
    }
    run.forEach(out::appendCodePoint);
    run.clear();
  }

  /** The marks of the run by the order of their combining classes. */
  private Map<Integer, Integer> classes() {
    List<Integer> marks = new ArrayList<>(new LinkedHashSet<>(run));
    marks.sort(LongMarks::compare);
    Map<Integer, Integer> classes = new HashMap<>();
    int current = 0;
    for (int i = 0; i < marks.size(); i++) {
      current += i > 0 && compare(marks.get(i - 1), marks.get(i)) < 0 ? 1 : 0;
      classes.put(marks.get(i), current);
    }
    return classes;
  }

  private static int compare(int left, int right) {
    String a = Character.toString(left);
    String b = Character.toString(right);
    if (!Normalizer.isNormalized(a + b, Form.NFD)) {
      return 1;
    }
    return Normalizer.isNormalized(b + a, Form.NFD) ? 0 : -1;
  }
}
