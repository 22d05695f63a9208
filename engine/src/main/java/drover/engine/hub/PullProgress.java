package drover.engine.hub;

/**
 * How far a download is; reported many times a second.
 *
 * @param file the file that is being downloaded
 * @param fileBytes how much of it is on disk
 * @param fileSize its size, 0 where the hub does not say
 * @param bytes how much of all files is on disk
 * @param totalBytes the size of all files as far as the hub says
 * @param received how much came over the network in this download: the base of a rate, which what
 *     was there before must not inflate
 */
public record PullProgress(
    String file, long fileBytes, long fileSize, long bytes, long totalBytes, long received) {}
