import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/**
 * ONNX Runtime's median time of a prediction, by the clock and of a processor: OrtBench MODEL.onnx
 * THREADS, images of 320x240.
 */
public class OrtBench {
  public static void main(String[] arguments) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(Integer.parseInt(arguments[1]));
    try (OrtSession session = environment.createSession(arguments[0], options)) {
      String input = session.getInputNames().iterator().next();
      FloatBuffer image = FloatBuffer.allocate(3 * 240 * 320);
      Random random = new Random(1);
      for (int i = 0; i < image.capacity(); i++) {
        image.put(i, random.nextFloat() * 255);
      }
      OperatingSystemMXBean process =
          ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
      double[] millis = new double[15];
      double[] processor = new double[millis.length];
      for (int i = -3; i < millis.length; i++) {
        long start = System.nanoTime();
        long before = process.getProcessCpuTime();
        try (OnnxTensor tensor =
                OnnxTensor.createTensor(
                    environment, image.duplicate(), new long[] {1, 3, 240, 320});
            OrtSession.Result result = session.run(Map.of(input, tensor))) {
          millis[Math.max(i, 0)] = (System.nanoTime() - start) / 1e6;
          processor[Math.max(i, 0)] = (process.getProcessCpuTime() - before) / 1e6;
        }
      }
      Arrays.sort(millis);
      Arrays.sort(processor);
      int middle = millis.length / 2;
      System.out.printf("forward %.1f ms, %.1f of a processor%n", millis[middle], processor[middle]);
    }
  }
}
