package drover.kernels;

/** Something about a device that a person can mend; the message is one sentence for them. */
public final class DeviceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the sentence to show. */
  public DeviceException(String message) {
    super(message);
  }

  /** With the sentence to show and what caused it. */
  public DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
