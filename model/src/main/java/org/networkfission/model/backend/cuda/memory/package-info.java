/** Where tensors lie in a GPU's memory. */
package org.networkfission.model.backend.cuda.memory;
