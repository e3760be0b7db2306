/** Trained networks as ONNX files, and ONNX Runtime that runs them. */
package org.networkfission.model.onnx;
