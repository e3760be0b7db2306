/** The benchmark of the exchange. */
package org.networkfission.jobs.train.bench;
