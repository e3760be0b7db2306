/** The oneDNN library, and where what it computes on lies in memory. */
package org.networkfission.model.backend.onednn.memory;
