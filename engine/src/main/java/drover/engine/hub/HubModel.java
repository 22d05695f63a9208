package drover.engine.hub;

import java.util.List;
import java.util.Optional;

/**
 * A model on the hub at one commit.
 *
 * @param id ORG/NAME
 * @param revision the branch, tag or commit that was asked for
 * @param commit the commit that it stands for, if the hub says
 * @param files the files that Drover needs, in the order in which they are downloaded
 */
public record HubModel(String id, String revision, Optional<String> commit, List<HubFile> files) {
  /** Keeps a copy of the list. */
  public HubModel {
    files = List.copyOf(files);
  }

  /** What files are asked for by: the commit, so that all are of one state, else the revision. */
  String pinned() {
    return commit.orElse(revision);
  }
}
