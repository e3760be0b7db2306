/**
 * How outputs are committed, the same way on local disks, HDFS and object stores.
 *
 * <p>Parts are written where they stay, under names that no other attempt uses. Then one small
 * record is written, last, which lists the parts with sizes and checksums and appears whole or not
 * at all. What no record lists is garbage and is deleted; readers believe records only. No folder
 * is ever renamed: an object store copies and deletes file by file, and may be cut off in between.
 * An output folder belongs to one job at a time, by a {@link org.networkfission.prep.commit.Lease}.
 */
package org.networkfission.prep.commit;
