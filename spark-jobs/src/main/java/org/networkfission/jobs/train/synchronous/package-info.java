/** Synchronous training: all replicas take every step together, on the mean of their gradients. */
package org.networkfission.jobs.train.synchronous;
