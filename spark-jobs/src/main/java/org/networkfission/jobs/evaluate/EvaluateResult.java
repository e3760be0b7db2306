package org.networkfission.jobs.evaluate;

import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.report.Report;

/**
 * What an evaluation gave.
 *
 * @param output the folder of the report
 * @param report the figures
 */
public record EvaluateResult(Path output, Report report) {}
