/**
 * How good predictions are. Each image gives {@link Statistics statistics}: counts and exact sums,
 * which add up to the same figures in whatever order and on however many machines they are added.
 * {@link Metric Metrics} read them.
 */
package org.networkfission.model.metric;
