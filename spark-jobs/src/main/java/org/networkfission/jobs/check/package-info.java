/** Whether the hosts of a cluster can do the job, each checked on an executor of its own. */
package org.networkfission.jobs.check;
