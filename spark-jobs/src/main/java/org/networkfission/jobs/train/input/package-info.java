/** Which rows a replica reads, in which order, and the minibatches that are made of them. */
package org.networkfission.jobs.train.input;
