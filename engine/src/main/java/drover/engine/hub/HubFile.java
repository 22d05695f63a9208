package drover.engine.hub;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file of a model as the hub lists it.
 *
 * @param name the file's name in the model's top folder
 * @param size its length in bytes, if the hub says
 * @param sha256 its SHA-256 in hexadecimal, which hubs give for large (LFS) files
 * @param gitSha1 its git blob id, SHA-1 over {@code "blob <size>\0"} and the content, which hubs
 *     give for small files
 */
public record HubFile(
    String name, OptionalLong size, Optional<String> sha256, Optional<String> gitSha1) {}
