package drover.bench;

import drover.steering.ContrastPair;
import java.util.List;
import java.util.SequencedMap;

/**
 * The tutorial's training texts, or others in their place.
 *
 * @param questions what a behaviour is extracted from
 * @param suffixes refusing and complying openings
 * @param harmful prompts that a condition is for, each beside one that it is not
 * @param categories the six kinds of prompt of Part III, by name, equally many of each
 */
public record BenchTexts(
    List<String> questions,
    List<ContrastPair> suffixes,
    List<ContrastPair> harmful,
    SequencedMap<String, List<String>> categories) {}
