package org.networkfission.jobs.predict;

import java.io.Serializable;

/**
 * A photo to predict, or some rows of a table of photos.
 *
 * @param key of the photo: its path below the folder that is predicted, or its line of the list;
 *     null for rows, which have their own
 * @param source the file of the photo or table
 * @param name of the photo's files where predictions are files, else null
 * @param bytes the file's length, 0 where it is not known yet
 * @param group number of the rows' row group; -1 for a photo
 * @param from first row within the group
 * @param to one past the last row
 */
record Item(String key, String source, String name, long bytes, int group, long from, long to)
    implements Serializable {
  static Item photo(String key, String source, String name, long bytes) {
    return new Item(key, source, name, bytes, -1, 0, 1);
  }

  static Item rows(String table, int group, long from, long to) {
    return new Item(null, table, null, 0, group, from, to);
  }

  boolean inTable() {
    return group >= 0;
  }

  /** How many photos it is. */
  int photos() {
    return (int) (to - from);
  }
}
