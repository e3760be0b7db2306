package org.networkfission.model.op;

/** A function of each feature by itself. CUDA's kernels know it by its place among the others. */
public enum ActivationFunction {
  /** The feature as it is. */
  NONE("identity", "", ""),
  /** max(x, 0). */
  RELU("ReLU", "Relu", "RELU"),
  /** max(x, 0), at most 6. */
  RELU6("ReLU6", "", "RELU6"),
  /** relu6(x + 3) / 6. */
  HARD_SIGMOID("hard sigmoid", "", ""),
  /** x * relu6(x + 3) / 6. */
  HARD_SWISH("hard swish", "HardSwish", "HARD_SWISH");

  private final String label;
  private final String onnx;
  private final String tensorflowLite;

  /**
   * @param onnx empty where no operator without attributes computes it
   * @param tensorflowLite empty where no operator computes it
   */
  ActivationFunction(String label, String onnx, String tensorflowLite) {
    this.label = label;
    this.onnx = onnx;
    this.tensorflowLite = tensorflowLite;
  }

  /** Its name for people. */
  public String label() {
    return label;
  }

  /** ONNX's operator that computes it; empty where it takes attributes or more than one. */
  public String onnx() {
    return onnx;
  }

  /** TensorFlow Lite's operator that computes it; empty where it takes more than one. */
  public String tensorflowLite() {
    return tensorflowLite;
  }
}
