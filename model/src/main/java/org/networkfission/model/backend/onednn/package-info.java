/**
 * Computes stages with oneDNN on the CPU; inside a stage, data keeps the layout that is fastest.
 */
package org.networkfission.model.backend.onednn;
