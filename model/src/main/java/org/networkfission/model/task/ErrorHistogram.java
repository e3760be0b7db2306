package org.networkfission.model.task;

import org.networkfission.model.statistics.Histogram;

/**
 * How often each error occurs.
 *
 * @param of what is counted, as {@code metrics.json} names it: degrees, or ratio-1
 */
public record ErrorHistogram(String of, Histogram histogram) {}
