package drover.engine;

import drover.tokenizer.StreamingDecoder;
import java.util.List;
import java.util.Optional;

/**
 * The text of one generation as its tokens come: decoded by whole characters, watched for stop
 * strings.
 */
final class TextStream {
  private final Optional<StreamingDecoder> decoder;
  private final List<String> stopStrings;
  private final StringBuilder shown = new StringBuilder();
  private String held = "";
  private boolean stopped;

  /** Without a decoder every text is empty. */
  TextStream(Optional<StreamingDecoder> decoder, List<String> stopStrings) {
    this.decoder = decoder;
    this.stopStrings = stopStrings;
  }

  /** Takes a token and gives what can be shown because of it. */
  String add(int id) {
    return decoder.map(d -> release(d.add(id), false)).orElse("");
  }

  /** What was held back, at the end. */
  String finish() {
    return decoder.map(d -> release(d.finish(), true)).orElse("");
  }

  /** Whether a stop string has appeared. */
  boolean stopped() {
    return stopped;
  }

  /** All that was shown. */
  String text() {
    return shown.toString();
  }

  private String release(String more, boolean atEnd) {
    if (stopped) {
      return "";
    }
    held += more;
    int stop = firstStop();
    if (stop >= 0) {
      stopped = true;
      held = held.substring(0, stop);
    }
    int keep = stopped || atEnd ? 0 : possibleStop();
    String released = held.substring(0, held.length() - keep);
    held = held.substring(held.length() - keep);
    shown.append(released);
    return released;
  }

  /** Where the first stop string begins, or -1. */
  private int firstStop() {
    int first = -1;
    for (String stop : stopStrings) {
      int at = held.indexOf(stop);
      if (at >= 0 && (first < 0 || at < first)) {
        first = at;
      }
    }
    return first;
  }

  /** The length of the longest end of the held text that begins a stop string. */
  private int possibleStop() {
    int longest = 0;
    for (String stop : stopStrings) {
      for (int n = Math.min(stop.length() - 1, held.length()); n > longest; n--) {
        if (held.endsWith(stop.substring(0, n))) {
          longest = n;
        }
      }
    }
    return longest;
  }
}
