package drover.cli;

import java.lang.module.FindException;
import jdk.internal.module.Modules;

/**
 * Brings the Vector API into the running JVM.
 *
 * <p>{@code --add-modules jdk.incubator.vector} does the same at start-up, but prints a warning
 * before {@code main} that no option silences, and stderr is the command's own. So the command
 * loads the module the way the JDK loads its agents; the manifest's {@code Add-Exports} permits it.
 */
final class VectorModule {
  private VectorModule() {}

  /** Loads {@code jdk.incubator.vector}, once; where it is missing, the kernels say so. */
  static void load() {
    try {
      Modules.loadModule("jdk.incubator.vector");
    } catch (FindException | IllegalAccessError | NoSuchMethodError _) {
      // A runtime image without the module, or a JDK whose internals moved: kernels run without it.
    }
  }
}
