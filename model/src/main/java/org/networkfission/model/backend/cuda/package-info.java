/**
 * Networks on NVIDIA GPUs, Turing and later: parameters, features, losses and the optimizer stay in
 * the GPU's memory. Convolutions are cuDNN's; all else is kernels of our own, {@code
 * src/main/cuda/kernels.cu}. Driver and cuDNN are the machine's, found when they are needed.
 */
package org.networkfission.model.backend.cuda;
