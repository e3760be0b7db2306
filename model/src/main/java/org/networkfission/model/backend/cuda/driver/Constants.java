package org.networkfission.model.backend.cuda.driver;

/** The numbers of CUDA's driver that are used, under their names in {@code cuda.h}. */
final class Constants {
  static final int CUDA_ERROR_OUT_OF_MEMORY = 2;
  static final int CUDA_ERROR_ECC_UNCORRECTABLE = 214;
  static final int CUDA_ERROR_INVALID_PTX = 218;
  static final int CUDA_ERROR_NVLINK_UNCORRECTABLE = 220;
  static final int CUDA_ERROR_NOT_READY = 600;
  static final int CUDA_ERROR_ILLEGAL_ADDRESS = 700;
  static final int CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES = 701;
  static final int CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED = 900;
  static final int CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE = 910;

  static final int CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT = 16;
  static final int CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75;
  static final int CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76;
  static final int CU_STREAM_NON_BLOCKING = 1;
  static final int CU_STREAM_CAPTURE_MODE_THREAD_LOCAL = 1;
  static final int CU_EVENT_DISABLE_TIMING = 2;

  private Constants() {}
}
