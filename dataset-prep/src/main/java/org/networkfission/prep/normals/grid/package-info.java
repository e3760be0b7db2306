/** What both modes of surface normals keep of an image: queues, sets and labels of pixels. */
package org.networkfission.prep.normals.grid;
