/** What is predicted for an image, and what is true of it. */
package org.networkfission.model.prediction;
