package drover.cli;

import drover.engine.io.DroverException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What {@code drover bench} can measure. */
enum BenchName {
  /** From a process's start to its first token. */
  START,
  /** The peak of a process's memory. */
  MEMORY,
  /** Opening a model. */
  OPEN,
  /** A prompt on a device that has run nothing yet, and again. */
  FIRST_TOKEN,
  /** A long prompt. */
  PREFILL,
  /** A long answer. */
  DECODE,
  /** A long answer with Q8_0 weights. */
  DECODE_Q8,
  /** Many texts together. */
  BATCH,
  /** Decoding and prefill with steering. */
  STEERING,
  /** Many texts under different plans. */
  PLANS,
  /** A behaviour's vector, 20 questions with 100 pairs of suffixes. */
  EXTRACT,
  /** The tutorial's, with 100 questions. */
  EXTRACT_TUTORIAL,
  /** A condition's vector from 500 pairs. */
  CONDITION_VECTOR_500,
  /** The tutorial's, from 4,050. */
  CONDITION_VECTOR,
  /** The six of Part III. */
  SIX_CONDITIONS,
  /** The search of a condition's point among 200 and 200 prompts. */
  CONDITION,
  /** The tutorial's, among 4,050 and 4,050. */
  CONDITION_TUTORIAL,
  /** A block alone. */
  LAYER,
  /** The share of each operation. */
  PROFILE;

  /** What is measured where nobody says: what takes no more than a minute. */
  static final List<BenchName> USUAL = List.of(START, OPEN, PREFILL, DECODE);

  private static final String ALL = "all";

  /** As on the command line. */
  String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * By its name, or all of them.
   *
   * @throws DroverException if there is none, with those that there are
   */
  static List<BenchName> named(String name) {
    if (name.equals(ALL)) {
      return List.of(values());
    }
    return Arrays.stream(values())
        .filter(bench -> bench.key().equals(name))
        .findFirst()
        .map(List::of)
        .orElseThrow(
            () ->
                new DroverException(
                    "unknown benchmark %s; there are %s, %s"
                        .formatted(DroverException.quote(name), ALL, keys())));
  }

  /** All names. */
  static String keys() {
    return Arrays.stream(values()).map(BenchName::key).collect(Collectors.joining(", "));
  }
}
