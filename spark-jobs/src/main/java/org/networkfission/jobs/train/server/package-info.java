/**
 * The parameter server, sharded over the replicas: gradients are summed and Adam steps are taken
 * there.
 */
package org.networkfission.jobs.train.server;
