/**
 * Networks as TensorFlow Lite files: written from a trained network, and run by the real runtime.
 */
package org.networkfission.model.tflite;
