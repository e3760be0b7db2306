/**
 * NVIDIA's driver, and nothing else of CUDA: a device with its memory, one stream of work, and the
 * kernels that this product brings along. It is found on the machine when it is needed, through
 * JNA.
 */
package org.networkfission.model.backend.cuda.driver;
