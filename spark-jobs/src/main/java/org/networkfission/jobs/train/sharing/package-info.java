/** Gradient sharing: asynchronous training by DL4J. */
package org.networkfission.jobs.train.sharing;
