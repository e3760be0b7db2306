package org.networkfission.jobs.report;

/**
 * A report as one of several.
 *
 * @param name unique among them
 * @param path the checkpoint or the folder that it was named by
 */
public record NamedReport(String name, String path, Report report, Replicates replicates) {}
