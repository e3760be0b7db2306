/**
 * Images of numbers that are no pictures: PFM, NumPy, OpenEXR and HDF5, read whole and strictly.
 */
package org.networkfission.prep.raster;
