/** Synchronous training: one replica per executor, a parameter server sharded over them. */
package org.networkfission.jobs.train;
