/**
 * Convolutions by cuDNN's backend API, the part of it that is not deprecated: a problem is
 * described, its heuristics propose engines, and the first that keeps our rules is planned.
 */
package org.networkfission.model.backend.cuda.cudnn;
