/** The command line: one class per command, each of which parses, calls a job and prints. */
package org.networkfission.jobs.cli;
