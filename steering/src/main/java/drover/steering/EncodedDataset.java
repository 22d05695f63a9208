package drover.steering;

import java.util.List;

/**
 * A data set as token strings.
 *
 * @param strings positive, negative, positive, and so on, in the order of {@link
 *     SteeringDataset#items}
 * @param firstSuffix how many tokens the Python library takes for every text's suffix; 0 stands for
 *     the whole text
 */
record EncodedDataset(List<TokenSpans> strings, int firstSuffix) {
  int pairs() {
    return strings.size() / 2;
  }
}
