/**
 * NVIDIA's NCCL, as far as it carries bytes between GPUs, of one host and of several: sums are made
 * by kernels of this product, in an order of its own. The machine's, found when it is needed.
 */
package org.networkfission.model.backend.cuda.nccl;
