/** A camera, its light and the pictures that it takes. */
package org.networkfission.prep.sample.render;
