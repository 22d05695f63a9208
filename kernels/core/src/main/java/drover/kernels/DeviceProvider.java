package drover.kernels;

/**
 * Makes devices of one kind. {@link Devices} finds providers in other modules with {@link
 * java.util.ServiceLoader}.
 */
public interface DeviceProvider {
  /** The name that a person chooses the device by. */
  String name();

  /**
   * Opens the device.
   *
   * @param threads how many CPU threads it may use, where that means something
   * @throws DeviceException if it cannot be used here, with what to do about it
   */
  Device open(int threads);
}
