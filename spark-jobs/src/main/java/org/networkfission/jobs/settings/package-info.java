/** The settings of all jobs in one list, bound from the layers of a configuration. */
package org.networkfission.jobs.settings;
