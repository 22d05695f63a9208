package drover.kernels;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;

/** Opens devices by name. */
public final class Devices {
  private static final System.Logger LOGGER = System.getLogger(Devices.class.getName());
  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  private static final String TORNADO = "tornado";

  private Devices() {}

  /** {@code auto} with all processors. */
  public static Device open() {
    return open("auto", Runtime.getRuntime().availableProcessors());
  }

  /**
   * Opens a device.
   *
   * @param name {@code auto} (vector where possible, else scalar), {@code vector}, {@code scalar},
   *     or the name of a {@link DeviceProvider} on the class path
   * @param threads how many CPU threads it may use
   * @throws DeviceException if there is no such device or it cannot be used here
   */
  public static Device open(String name, int threads) {
    if (threads < 1) {
      throw new DeviceException("A device needs at least 1 thread, not " + threads + ".");
    }
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "scalar" -> new ScalarDevice();
      case "vector" -> openVector(threads);
      case "auto" -> openDefault(threads);
      default -> openProvided(name, threads);
    };
  }

  private static Device openDefault(int threads) {
    if (vectorIsPresent()) {
      return new VectorDevice(threads);
    }
    LOGGER.log(
        Level.WARNING,
        "Running on the slow scalar device because the module {0} is not loaded; start Java"
            + " with --add-modules {0} to use vector instructions.",
        VECTOR_MODULE);
    return new ScalarDevice();
  }

  private static Device openVector(int threads) {
    if (!vectorIsPresent()) {
      throw new DeviceException(
          "Device vector needs the module %s; start Java with --add-modules %s."
              .formatted(VECTOR_MODULE, VECTOR_MODULE));
    }
    return new VectorDevice(threads);
  }

  private static boolean vectorIsPresent() {
    try {
      // The class and not the boot layer: the module may have been loaded after start-up.
      Class.forName(VECTOR_MODULE + ".FloatVector", false, Devices.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException _) {
      return false;
    }
  }

  private static Device openProvided(String name, int threads) {
    List<String> known = new ArrayList<>(List.of("auto", "vector", "scalar"));
    for (DeviceProvider provider : ServiceLoader.load(DeviceProvider.class)) {
      if (provider.name().equalsIgnoreCase(name)) {
        return provider.open(threads);
      }
      known.add(provider.name());
    }
    if (name.equalsIgnoreCase(TORNADO)) {
      throw new DeviceException(
          "Device tornado is not part of this build; install TornadoVM 5.2.0-jdk25, set"
              + " TORNADOVM_HOME to its folder, and build again.");
    }
    throw new DeviceException(
        "There is no device '%s' here; there are %s.".formatted(name, String.join(", ", known)));
  }
}
