/** Weights from elsewhere: other checkpoints, and files of other libraries. */
package org.networkfission.model.weights;
