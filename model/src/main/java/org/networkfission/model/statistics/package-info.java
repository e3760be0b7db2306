/**
 * What is counted of predictions: each image gives {@link Statistics statistics}, counts and exact
 * sums, which add up to the same figures in whatever order and on however many machines they are
 * added.
 */
package org.networkfission.model.statistics;
