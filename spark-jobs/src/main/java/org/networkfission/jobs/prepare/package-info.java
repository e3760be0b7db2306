/** {@code fission prepare}: raw archives in, shards and their manifest out. */
package org.networkfission.jobs.prepare;
