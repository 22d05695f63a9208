package drover.kernels;

/** Devices whose vector kernels run from the first call on, as they do later on anyway. */
final class WarmDevices {
  private WarmDevices() {}

  static Device open(String name, int threads) {
    return name.equals("vector")
        ? new VectorDevice(threads, new ColdStart(0))
        : Devices.open(name, threads);
  }
}
