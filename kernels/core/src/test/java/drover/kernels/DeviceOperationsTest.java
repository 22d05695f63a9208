package drover.kernels;

import java.lang.System.Logger.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every operation of a device agrees with the scalar reference on the same random inputs, over many
 * sizes and types. To test a device of another module, extend this class there: it travels in this
 * module's test-jar.
 */
public abstract class DeviceOperationsTest {
  private static final System.Logger LOGGER =
      System.getLogger(DeviceOperationsTest.class.getName());

  private Device device;
  private Device reference;
  private DeviceChecks checks;

  /** The device to test; closed after each test. */
  protected abstract Device openDevice();

  @BeforeEach
  final void openDevices() {
    device = openDevice();
    reference = Devices.open("scalar", 1);
    checks = new DeviceChecks(device, reference);
  }

  @AfterEach
  final void closeDevices() {
    device.close();
    reference.close();
  }

  private void report(String line) {
    LOGGER.log(Level.INFO, "{0}: {1}", device.description(), line);
  }

  @Test
  void readsWhatWasWritten() {
    report(checks.readAndWrite());
  }

  @Test
  void embedsAsTheReference() {
    report(checks.embed());
  }

  @Test
  void normalizesAsTheReference() {
    report(checks.rmsNorm());
  }

  @Test
  void multipliesAsTheReference() {
    report(checks.linear());
  }

  @Test
  void makesRotationsAsTheReference() {
    report(checks.rotations());
  }

  @Test
  void rotatesAsTheReference() {
    report(checks.rope());
  }

  @Test
  void attendsAsTheReference() {
    report(checks.attention());
  }

  @Test
  void gatesAsTheReference() {
    report(checks.swiglu());
  }

  @Test
  void addsAsTheReference() {
    report(checks.add());
  }

  @Test
  void gathersAsTheReference() {
    report(checks.gather());
  }

  @Test
  void addsScaledVectorsAsTheReference() {
    report(checks.addScaled());
  }

  @Test
  void scalesRowsAsTheReference() {
    report(checks.scaleRows());
  }

  @Test
  void takesDotProductsAsTheReference() {
    report(checks.dot());
  }

  @Test
  void takesNormsAsTheReference() {
    report(checks.norms());
  }

  @Test
  void takesMeansAsTheReference() {
    report(checks.means());
  }

  @Test
  void multipliesByTheScatterMatrixAsTheReference() {
    report(checks.scatterTimes());
  }

  @Test
  void findsTheLargestAsTheReference() {
    report(checks.argmax());
  }
}
