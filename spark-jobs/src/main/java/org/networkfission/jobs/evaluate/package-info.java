/** Evaluation: all executors predict their share of a split, the driver merges and reports. */
package org.networkfission.jobs.evaluate;
