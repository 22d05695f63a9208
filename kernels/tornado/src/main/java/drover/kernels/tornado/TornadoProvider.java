package drover.kernels.tornado;

import drover.kernels.Device;
import drover.kernels.DeviceException;
import drover.kernels.DeviceProvider;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** Opens TornadoVM's default device, which {@code -Dtornado.device} and the like choose. */
public final class TornadoProvider implements DeviceProvider {
  private static final int DEFAULT_MEGABYTES = 512;

  /** Work groups on a GPU: a few for each of its processors. */
  private static final int GROUPS = 528;

  /** TornadoVM's own limit where nobody sets one. */
  private static final String DEFAULT_LIMIT = "4GB";

  private static final String INSTALL =
      "install TornadoVM 5.2.0-jdk25, set TORNADOVM_HOME to its folder, and start Java with"
          + " @$TORNADOVM_HOME/tornado-argfile.";

  /** For {@link java.util.ServiceLoader}. */
  public TornadoProvider() {}

  @Override
  public String name() {
    return "tornado";
  }

  @Override
  public Device open(int threads) {
    // A kernel that cannot be compiled is to be an error, and not run as Java.
    System.setProperty("tornado.recover.bailout", "False");
    // A graph here may have many more tasks than TornadoVM makes room for.
    System.setProperty("tornado.tvm.maxbytecodesize", "65536");
    System.setProperty("tornado.eventpool.maxwaitevents", "512");
    // TornadoVM clears lists of so many events, one for each task, whenever a graph runs.
    System.setProperty("tornado.max.events", "2048");
    try {
      return open(TornadoRuntimeProvider.getTornadoRuntime().getDefaultDevice());
    } catch (LinkageError e) {
      throw new DeviceException("Device tornado finds no TornadoVM here: " + INSTALL, e);
    } catch (DeviceException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new DeviceException(
          "Device tornado cannot be opened (%s): %s".formatted(e.getMessage(), INSTALL), e);
    }
  }

  private static Device open(uk.ac.manchester.tornado.api.common.TornadoDevice device) {
    boolean cpu = device.getDeviceType() == TornadoDeviceType.CPU;
    // On a CPU a work group is a thread: lanes and their barriers would only cost.
    int threads = Runtime.getRuntime().availableProcessors();
    boolean cuda = device.getTornadoVMBackend() == TornadoVMBackendType.CUDA;
    Runner.Grid grid =
        cpu
            ? new Runner.Grid(2 * threads, 1, false)
            : new Runner.Grid(GROUPS, Kernels.MOST_LOCAL, cuda);
    if (device.getDeviceMaxWorkgroupDimensions()[0] < grid.local()) {
      throw new DeviceException(
          "Device tornado needs work groups of %d, but %s has at most %d."
              .formatted(
                  grid.local(),
                  device.getPhysicalDevice().getDeviceName(),
                  device.getDeviceMaxWorkgroupDimensions()[0]));
    }
    int megabytes = Integer.getInteger(TornadoDevice.MEMORY_PROPERTY, DEFAULT_MEGABYTES);
    if (megabytes < 1 || megabytes > Memory.MOST_MEGABYTES) {
      throw new DeviceException(
          "-D%s is %d, but must be between 1 and %d."
              .formatted(TornadoDevice.MEMORY_PROPERTY, megabytes, Memory.MOST_MEGABYTES));
    }
    String limit = System.getProperty("tornado.device.memory", DEFAULT_LIMIT);
    return new TornadoDevice(
        "tornado: %s, %s"
            .formatted(device.getPhysicalDevice().getDeviceName(), device.getPlatformName()),
        new Engine(new Memory(megabytes << 18, cpu), grid, bytes(limit)));
  }

  /** As TornadoVM reads it: a number with MB or GB behind it. */
  static long bytes(String limit) {
    String number = limit.replaceFirst("(?i)[MG]B$", "");
    try {
      return Long.parseLong(number)
          << (limit.toUpperCase(java.util.Locale.ROOT).endsWith("GB") ? 30 : 20);
    } catch (NumberFormatException e) {
      throw new DeviceException(
          "-Dtornado.device.memory is %s, but must be a number with MB or GB behind it."
              .formatted(limit),
          e);
    }
  }
}
