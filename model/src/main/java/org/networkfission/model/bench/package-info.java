/** Benchmarks of the model on data that they make themselves. */
package org.networkfission.model.bench;
