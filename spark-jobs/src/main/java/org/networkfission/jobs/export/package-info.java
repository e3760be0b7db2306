/** Trained networks as files for other runtimes. */
package org.networkfission.jobs.export;
