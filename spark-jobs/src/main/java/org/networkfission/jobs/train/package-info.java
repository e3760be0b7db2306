/**
 * The training job: it checks the settings, starts the cluster, and runs the mode that is asked
 * for.
 */
package org.networkfission.jobs.train;
