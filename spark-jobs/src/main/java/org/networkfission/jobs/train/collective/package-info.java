/** The exchange of bytes between the replicas of a run, over Spark's network library. */
package org.networkfission.jobs.train.collective;
