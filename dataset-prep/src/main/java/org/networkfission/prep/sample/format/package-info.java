/** Writers of the formats in which samples are published: HDF5, protobuf, gzipped archives, PNG. */
package org.networkfission.prep.sample.format;
