package org.networkfission.model.backend;

import org.networkfission.model.network.Compute;
import org.networkfission.model.op.DataType;

/**
 * How a network is computed; no part of the network.
 *
 * @param compute with what
 * @param type of its features
 */
public record ComputeSettings(Compute compute, DataType type) {}
