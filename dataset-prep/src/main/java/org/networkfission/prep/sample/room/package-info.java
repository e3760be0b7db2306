/** Rooms and their furniture. */
package org.networkfission.prep.sample.room;
