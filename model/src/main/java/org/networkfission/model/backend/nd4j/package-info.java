/** Computes stages with ND4J's operations, in float or double, on every platform. */
package org.networkfission.model.backend.nd4j;
