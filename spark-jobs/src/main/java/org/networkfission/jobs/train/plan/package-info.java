/** What all replicas of a run must know alike, and what a run begins with. */
package org.networkfission.jobs.train.plan;
