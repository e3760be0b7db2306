/** Checkpoints: what they hold, how they are written and read. */
package org.networkfission.jobs.train.checkpoint;
