/** The figures of a report: {@link Metric Metrics} read them from statistics. */
package org.networkfission.model.metric;
