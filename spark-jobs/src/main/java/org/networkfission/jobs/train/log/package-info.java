/**
 * What is said of a run: progress, validations, TensorBoard's events, the page of curves, and the
 * connection that carries it to the driver.
 */
package org.networkfission.jobs.train.log;
