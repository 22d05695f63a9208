package drover.tokenizer.regex;

import drover.tokenizer.regex.Node.Place;
import java.util.Arrays;

/**
 * Runs a program on a text by backtracking. What is to be tried later lies on a stack of its own,
 * so the length of the text never deepens the call stack, and every step is counted, so a pattern
 * that explodes is refused rather than waited for.
 */
final class Matcher {

  private static final Place[] PLACES = Place.values();
  private static final int ENTRY = 3; // program counter, position, lowest position to give back to
  private static final int MAX_STACK = 24_000_000;

  private final int[] code;
  private final CharSet[] sets;
  private final String text;
  private final long maxSteps;
  private long steps;
  private int[] stack = new int[4 * ENTRY];
  private int top;

  Matcher(int[] code, CharSet[] sets, String text) {
    this.code = code;
    this.sets = sets;
    this.text = text;
    maxSteps = 1_000_000 + 256L * text.length();
  }

  /** Where a match that begins at this position ends, or -1. */
  int match(int position) {
    return run(0, position);
  }

  private int run(int start, int from) {
    int bottom = top;
    int pc = start;
    int position = from;
    while (true) {
      if (++steps > maxSteps) {
        throw new RegexException("the search takes more than " + maxSteps + " steps");
      }
      boolean matched = true;
      switch (code[pc]) {
        case Program.DONE -> {
          top = bottom;
          return position;
        }
        case Program.JUMP -> pc = code[pc + 1];
        case Program.SPLIT -> {
          push(code[pc + 2], position, position);
          pc = code[pc + 1];
        }
        case Program.ONE -> {
          int after = one(sets[code[pc + 1]], position);
          matched = after >= 0;
          position = after;
          pc += Program.SIZE;
        }
        case Program.MANY, Program.MANY_ATOMIC -> {
          int after = many(pc, position);
          matched = after >= 0;
          position = after;
          pc += Program.SIZE;
        }
        case Program.AT -> {
          matched = holds(PLACES[code[pc + 1]], position);
          pc += Program.SIZE;
        }
        case Program.ATOMIC -> {
          position = run(pc + Program.SIZE, position);
          matched = position >= 0;
          pc = code[pc + 1];
        }
        default -> {
          matched = look(pc, position);
          pc = code[pc + 1];
        }
      }
      if (!matched) {
        if (top == bottom) {
          return -1;
        }
        position = giveBack();
        pc = stack[top];
        if (stack[top + 2] < position) {
          push(pc, position, stack[top + 2]);
        }
      }
    }
  }

  /** Pops an entry; its position, or one character before where a repetition gives back. */
  private int giveBack() {
    top -= ENTRY;
    int position = stack[top + 1];
    return stack[top + 2] < position ? text.offsetByCodePoints(position, -1) : position;
  }

  private int one(CharSet set, int position) {
    if (position >= text.length()) {
      return -1;
    }
    int c = text.codePointAt(position);
    return set.contains(c) ? position + Character.charCount(c) : -1;
  }

  private int many(int pc, int from) {
    CharSet set = sets[code[pc + 1]];
    int min = code[pc + 2];
    int max = code[pc + 3];
    int position = from;
    int lowest = min == 0 ? from : -1;
    int count = 0;
    while (count < max) {
      int after = one(set, position);
      if (after < 0) {
        break;
      }
      position = after;
      if (++count == min) {
        lowest = position;
      }
    }
    steps += count;
    if (count < min) {
      return -1;
    }
    if (lowest < position && code[pc] == Program.MANY) {
      push(pc + Program.SIZE, position, lowest);
    }
    return position;
  }

  private boolean look(int pc, int position) {
    int start = back(position, code[pc + 3]);
    boolean found = start >= 0 && run(pc + Program.SIZE, start) >= 0;
    return found != (code[pc + 2] == 1);
  }

  /** The position some characters before, or -1 where there are not so many. */
  private int back(int position, int characters) {
    int at = position;
    for (int i = 0; i < characters && at >= 0; i++) {
      at = at == 0 ? -1 : text.offsetByCodePoints(at, -1);
    }
    return at;
  }

  private boolean holds(Place place, int position) {
    int end = text.length();
    return switch (place) {
      case LINE_START -> position == 0 || position < end && text.charAt(position - 1) == '\n';
      case LINE_END -> position == end || text.charAt(position) == '\n';
      case TEXT_START -> position == 0;
      case TEXT_END -> position == end;
      case LAST_LINE_END -> position == end || position == end - 1 && text.charAt(position) == '\n';
      case WORD_BOUNDARY -> wordBefore(position) != wordAfter(position);
      case NOT_WORD_BOUNDARY -> wordBefore(position) == wordAfter(position);
    };
  }

  private boolean wordBefore(int position) {
    return position > 0 && CharClasses.WORD.contains(text.codePointBefore(position));
  }

  private boolean wordAfter(int position) {
    return position < text.length() && CharClasses.WORD.contains(text.codePointAt(position));
  }

  private void push(int pc, int position, int lowest) {
    if (top + ENTRY > stack.length) {
      if (stack.length > MAX_STACK) {
        throw new RegexException("the search has too much to try later");
      }
      stack = Arrays.copyOf(stack, stack.length * 2);
    }
    stack[top] = pc;
    stack[top + 1] = position;
    stack[top + 2] = lowest;
    top += ENTRY;
  }
}
