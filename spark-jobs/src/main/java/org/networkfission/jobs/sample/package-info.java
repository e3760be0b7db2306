/** {@code fission sample}: procedural rooms in a data set's published format. */
package org.networkfission.jobs.sample;
