package org.networkfission.jobs.train.collective;

/** Which way slices of gradient and parameters take between replicas that compute on GPUs. */
public enum GpuExchange {
  /** From GPU to GPU where that is possible, else through the hosts' memory. */
  AUTO,
  /** From GPU to GPU by NCCL. */
  NCCL,
  /** Through the hosts' memory, as between processors. */
  HOST
}
