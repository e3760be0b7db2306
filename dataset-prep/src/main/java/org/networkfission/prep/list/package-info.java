/** Any RGB-D data: a list of frames that the user writes. */
package org.networkfission.prep.list;
