/** The Spark cluster that a job runs on. */
package org.networkfission.jobs.cluster;
