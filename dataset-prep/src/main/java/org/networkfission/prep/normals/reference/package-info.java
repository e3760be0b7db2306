/** The steps of the reference mode: those of the program that the authors published. */
package org.networkfission.prep.normals.reference;
