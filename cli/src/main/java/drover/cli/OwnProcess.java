package drover.cli;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How this process was started, to start another like it. */
final class OwnProcess {
  private OwnProcess() {}

  /** The words of a command that starts {@code drover}, up to its own arguments. */
  static List<String> command() {
    String classPath = System.getProperty("java.class.path");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    if (classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)) {
      command.addAll(List.of("-jar", classPath));
    } else {
      // What the jar's manifest says otherwise.
      command.add("--add-exports=java.base/jdk.internal.module=ALL-UNNAMED");
      command.addAll(List.of("-cp", classPath, Main.class.getName()));
    }
    return command;
  }
}
