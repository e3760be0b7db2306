/** Copies of shards on the disks of the hosts that read them again and again. */
package org.networkfission.jobs.cache;
