package org.networkfission.jobs.predict;

import java.io.Serializable;

/**
 * A piece of work.
 *
 * @param number among all parts, from 0 on
 * @param chunk the file of the listing that names its items
 * @param line of that file
 * @param photos how many it has
 */
record PartRef(int number, String chunk, int line, int photos) implements Serializable {}
