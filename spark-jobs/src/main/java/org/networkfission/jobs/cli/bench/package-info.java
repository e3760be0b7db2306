/** Commands that measure one part on data that it makes itself. */
package org.networkfission.jobs.cli.bench;
