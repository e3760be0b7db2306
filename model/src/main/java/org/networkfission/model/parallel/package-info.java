/** Threads of Java for what no native library computes. */
package org.networkfission.model.parallel;
