/**
 * The network at work: {@link org.networkfission.model.graph.FissionNetwork} builds the stages of a
 * spec as a DL4J graph, predicts, and computes gradients.
 */
package org.networkfission.model.graph;
