/** Whether a host can do the job: what is there, whether it computes right, and how fast. */
package org.networkfission.model.check;
