package drover.tokenizer.regex;

import drover.tokenizer.regex.Node.Greed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A pattern as instructions for {@link Matcher}. An instruction is an operation and up to three
 * operands:
 *
 * <pre>
 * ONE set               take one character of the set
 * MANY set min max      take as many as there are, give back one by one
 * MANY_ATOMIC set min max   take as many as there are, give nothing back
 * SPLIT a b             go on at a; if that fails, at b
 * JUMP a                go on at a
 * AT place              hold here or fail
 * LOOK end negative behind  what follows up to end matches (or not) here, `behind` characters back
 * ATOMIC end            what follows up to end, its first match only
 * DONE                  matched
 * </pre>
 */
final class Program {

  static final int ONE = 0;
  static final int MANY = 1;
  static final int MANY_ATOMIC = 2;
  static final int SPLIT = 3;
  static final int JUMP = 4;
  static final int AT = 5;
  static final int LOOK = 6;
  static final int ATOMIC = 7;
  static final int DONE = 8;

  /** Ints an instruction takes. */
  static final int SIZE = 4;

  private static final int MAX_INSTRUCTIONS = 20_000;

  private int[] code = new int[64];
  private int length;
  private final List<CharSet> sets = new ArrayList<>();

  static Program compile(Node node) {
    Program program = new Program();
    program.emit(node);
    program.add(DONE, 0, 0, 0);
    return program;
  }

  int[] code() {
    return Arrays.copyOf(code, length);
  }

  CharSet[] sets() {
    return sets.toArray(CharSet[]::new);
  }

  private int add(int operation, int a, int b, int c) {
    if (length / SIZE >= MAX_INSTRUCTIONS) {
      throw new RegexException("the pattern is too large");
    }
    if (length + SIZE > code.length) {
      code = Arrays.copyOf(code, code.length * 2);
    }
    int at = length;
    code[at] = operation;
    code[at + 1] = a;
    code[at + 2] = b;
    code[at + 3] = c;
    length += SIZE;
    return at;
  }

  private int set(CharSet set) {
    sets.add(set);
    return sets.size() - 1;
  }

  private void emit(Node node) {
    switch (node) {
      case Node.One one -> add(ONE, set(one.set()), 0, 0);
      case Node.Sequence sequence -> sequence.parts().forEach(this::emit);
      case Node.Choice choice -> emitChoice(choice.options());
      case Node.Repeat repeat -> emitRepeat(repeat);
      case Node.Atomic atomic -> emitAtomic(atomic.body());
      case Node.Look look -> emitLook(look);
      case Node.At at -> add(AT, at.place().ordinal(), 0, 0);
    }
  }

  private void emitChoice(List<Node> options) {
    List<Integer> jumps = new ArrayList<>();
    for (int i = 0; i < options.size() - 1; i++) {
      int split = add(SPLIT, length + SIZE, 0, 0);
      emit(options.get(i));
      jumps.add(add(JUMP, 0, 0, 0));
      code[split + 2] = length;
    }
    emit(options.getLast());
    jumps.forEach(jump -> code[jump + 1] = length);
  }

  private void emitRepeat(Node.Repeat repeat) {
    if (repeat.greed() != Greed.LAZY && repeat.body() instanceof Node.One one) {
      int operation = repeat.greed() == Greed.GREEDY ? MANY : MANY_ATOMIC;
      add(operation, set(one.set()), repeat.min(), repeat.max());
      return;
    }
    if (repeat.greed() == Greed.POSSESSIVE) {
      emitAtomic(new Node.Repeat(repeat.body(), repeat.min(), repeat.max(), Greed.GREEDY));
      return;
    }
    for (int i = 0; i < repeat.min(); i++) {
      emit(repeat.body());
    }
    if (repeat.max() == Node.NO_LIMIT) {
      int split = add(SPLIT, 0, 0, 0);
      emit(repeat.body());
      add(JUMP, split, 0, 0);
      branch(split, repeat.greed());
      return;
    }
    List<Integer> splits = new ArrayList<>();
    for (int i = repeat.min(); i < repeat.max(); i++) {
      splits.add(add(SPLIT, 0, 0, 0));
      emit(repeat.body());
    }
    splits.forEach(split -> branch(split, repeat.greed()));
  }

  /** Lets the split choose between what follows it and the end of the program so far. */
  private void branch(int split, Greed greed) {
    code[split + 1] = greed == Greed.GREEDY ? split + SIZE : length;
    code[split + 2] = greed == Greed.GREEDY ? length : split + SIZE;
  }

  private void emitAtomic(Node body) {
    int atomic = add(ATOMIC, 0, 0, 0);
    emit(body);
    add(DONE, 0, 0, 0);
    code[atomic + 1] = length;
  }

  private void emitLook(Node.Look look) {
    int behind = look.behind() ? look.body().width() : 0;
    int at = add(LOOK, 0, look.negative() ? 1 : 0, behind);
    emit(look.body());
    add(DONE, 0, 0, 0);
    code[at + 1] = length;
  }
}
