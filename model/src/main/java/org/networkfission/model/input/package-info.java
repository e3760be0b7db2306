/** From decoded examples to minibatches: resizing, augmentation, layout. */
package org.networkfission.model.input;
