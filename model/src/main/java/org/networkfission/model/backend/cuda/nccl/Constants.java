package org.networkfission.model.backend.cuda.nccl;

/**
 * The numbers of NCCL that are used, under their names in {@code nccl.h}, as constants are written.
 */
final class Constants {
  static final int IN_PROGRESS = 7;

  static final int FLOAT32 = 7;

  private Constants() {}
}
